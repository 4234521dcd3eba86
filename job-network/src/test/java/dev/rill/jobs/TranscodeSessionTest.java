package dev.rill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.gateway.HttpOrchestratorLink;
import dev.rill.jobs.gateway.LocalOrchestratorLink;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.gateway.SessionUrls;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.testing.Await;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that transcodes: one channel in, one for each rendition out, all of it told in the reply. */
@Timeout(60)
class TranscodeSessionTest {
    private static final int SECONDS = 4;
    private static final int FPS = 25;
    private static final List<Object> PROFILES =
        List.of("name=small,width=160,bitrate=200k", Map.of("name", "slow", "fps", 5));

    private final Orchestrator orchestrator = Orchestrator.launch(new OrchestratorContext()
        .bridge(new BridgeContext().device("java"))
        .policy(DeliveryPolicy.BATCH)
        .statusIntervalNs(TimeUnit.MILLISECONDS.toNanos(50)));

    @AfterEach
    void close() {
        orchestrator.close();
        assertThat(orchestrator.sessionCount()).isZero();
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
            .noneMatch(name -> name.startsWith("trickle-transcode"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMakeEveryRenditionSegmentBySegment(final boolean overHttp) throws InterruptedException {
        try (OrchestratorLink link = link(overHttp)) {
            final SessionReply reply = link.start(request(PROFILES));

            assertThat(reply.renditions().keySet()).containsExactly("small", "slow");
            assertThat(reply.renditions().get("small").getPath()).endsWith(reply.manifestId() + "-out-small");
            assertThat(reply.subscribeUrl()).isEqualTo(reply.renditions().get("small"));
            assertThat(orchestrator.server().channels().names()).hasSize(5);

            final SessionPeer.Ear small = new SessionPeer.Ear(link, reply.renditions().get("small"));
            final SessionPeer.Ear slow = new SessionPeer.Ear(link, reply.renditions().get("slow"));
            final SessionPeer.Words words = new SessionPeer.Words(link, reply.eventsUrl());
            final Thread publisher = SessionPeer.publish(link, reply.publishUrl(), SECONDS, FPS);
            await("all renditions and events end", () -> small.poll() & slow.poll() & words.poll());
            publisher.join();

            final List<Long> source = small.video.get(0);
            assertThat(small.video).as("frames of each segment").hasSize(SECONDS / 2).allMatch(
                segment -> segment.size() == 2 * FPS);
            assertThat(slow.video).hasSize(SECONDS / 2).allMatch(segment -> segment.size() == 2 * 5);
            assertThat(slow.video.get(0)).first().isEqualTo(source.get(0));
            assertThat(small.audio).isEqualTo(slow.audio).isGreaterThan(SECONDS * 40);
            assertThat(words.errors).isEmpty();
            final Map<?, ?> last = words.lastStatus();
            assertThat(last.get("state")).isEqualTo("OFFLINE");
            assertThat(last.get("pipeline")).isEqualTo("transcode");
            assertThat(statistics(last, "small")).containsEntry("size", "160x120").containsEntry("frames_out", 100);
            assertThat(statistics(last, "slow")).containsEntry("size", "320x240").containsEntry("frames_out", 20)
                .containsEntry("frames_thinned", 80);
        }
        await("session is gone", () -> orchestrator.sessionCount() == 0);
        assertThat(orchestrator.server().channels().names()).isEmpty();
    }

    static List<List<Object>> wrongProfiles() {
        final List<Object> many = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            many.add("name=p" + i);
        }
        return List.of(List.of(), List.of("720"), List.of("720p", "720p,fps=5"), List.of(7), List.of("width=7"),
            List.of(Map.of("name", "a", "width", 7)), List.of(Map.of("name", "../x")), many);
    }

    @ParameterizedTest
    @MethodSource("wrongProfiles")
    void shouldRefuseProfilesThatCannotBeAndLeaveNothing(final List<Object> profiles) {
        for (final boolean overHttp : new boolean[] {true, false}) {
            try (OrchestratorLink link = link(overHttp)) {
                assertThatThrownBy(() -> link.start(request(profiles))).isInstanceOf(JobException.class)
                    .hasMessageContaining("profile").satisfies(
                        refusal -> assertThat(((JobException) refusal).status()).isEqualTo(400));
            }
        }
        assertThat(orchestrator.server().channels().names()).isEmpty();
        assertThat(orchestrator.sessionCount()).isZero();
    }

    @Test
    void shouldRefuseOtherParameters() {
        assertThatThrownBy(() -> orchestrator.start(new SessionRequest(
            "transcode", Map.of("profiles", List.of("360p"), "strength", 1), "", "")))
            .isInstanceOf(JobException.class).hasMessageContaining("strength");
    }

    @Test
    void shouldAnswerParametersInTheMiddleByAnError() throws InterruptedException {
        try (OrchestratorLink link = link(false)) {
            final SessionReply reply = link.start(request(PROFILES));
            final SessionPeer.Words words = new SessionPeer.Words(link, reply.eventsUrl());
            try (var control = link.trickle(SessionUrls.base(reply.controlUrl()))
                .publish(SessionUrls.channel(reply.controlUrl()))) {
                final var segment = control.beginSegment();
                segment.offer(ByteBuffer.wrap("{\"fps\":5}".getBytes(StandardCharsets.UTF_8)));
                segment.complete();
                await("error", () -> words.poll() || !words.errors.isEmpty());
            }
            assertThat(words.errors).singleElement().asString().contains("control:", "profiles", "fps");
        }
    }

    @Test
    void shouldEndWithoutInputWhenItsChannelIsClosed() throws InterruptedException {
        final SessionReply reply = orchestrator.start(request(PROFILES));
        try (OrchestratorLink link = link(false)) {
            final SessionPeer.Words words = new SessionPeer.Words(link, reply.eventsUrl());

            orchestrator.server().channels().close(reply.manifestId());

            await("events end", words::poll);
            assertThat(words.errors).isEmpty();
            assertThat(words.lastStatus().get("state")).isEqualTo("OFFLINE");
        }
    }

    @Test
    void shouldNameAnInputThatIsNoVideo() throws InterruptedException {
        final SessionReply reply = orchestrator.start(request(PROFILES));
        try (OrchestratorLink link = link(false)) {
            final SessionPeer.Words words = new SessionPeer.Words(link, reply.eventsUrl());
            final ChannelSink sink = SessionPeer.sink(link, reply.publishUrl());
            final var writer = new TsWriter(TsProgram.of(TsStream.aac(0x101)));
            sink.beginSegment();
            writer.beginSegment(sink);
            sink.close();

            await("events end", words::poll);
            assertThat(words.errors).singleElement().asString().contains("expected H.264 video");
            assertThat(words.lastStatus().get("state")).isEqualTo("ERROR");
        }
    }

    @Test
    void shouldStopAtOnceWhileItWorks() throws InterruptedException {
        final SessionReply reply = orchestrator.start(request(PROFILES));
        try (OrchestratorLink link = link(false)) {
            final SessionPeer.Ear small = new SessionPeer.Ear(link, reply.renditions().get("small"));
            final Thread publisher = SessionPeer.publish(link, reply.publishUrl(), SECONDS, FPS);
            await("first frames", () -> small.poll() || !small.video.isEmpty());

            orchestrator.session(reply.manifestId()).orElseThrow().close();

            await("rendition ends", small::poll);
            publisher.join();
        }
        assertThat(orchestrator.server().channels().names()).isEmpty();
    }

    private static SessionRequest request(final List<Object> profiles) {
        return new SessionRequest("transcode", Map.of("profiles", profiles), "g1", "s1");
    }

    private OrchestratorLink link(final boolean overHttp) {
        return overHttp ? new HttpOrchestratorLink(orchestrator.uri()) : new LocalOrchestratorLink(orchestrator);
    }

    private static Map<String, Object> statistics(final Map<?, ?> status, final String rendition) {
        final List<?> all = (List<?>) ((Map<?, ?>) status.get("statistics")).get("renditions");
        for (final Object each : all) {
            if (rendition.equals(((Map<?, ?>) each).get("name"))) {
                final Map<String, Object> copy = new LinkedHashMap<>();
                ((Map<?, ?>) each).forEach((key, value) -> copy.put((String) key, value));
                return copy;
            }
        }
        throw new AssertionError("no statistics of " + rendition + " in " + status);
    }

    private static void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        Await.until(() -> what, condition);
    }
}
