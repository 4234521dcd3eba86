package dev.rill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.testing.Await;
import dev.rill.trickle.Channels;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway writes on the control channel, and what the status says of it; live sessions, LS-28 to LS-31. */
class ControlChannelTest {
    private static final int LONG_DOCUMENT = 100 << 10;
    private static final int CHUNKS = 10;

    private final Orchestrator orchestrator = Orchestrator.launch(new OrchestratorContext()
        .bridge(new BridgeContext().device("java"))
        .statusIntervalNs(TimeUnit.MILLISECONDS.toNanos(20)));
    /** Strengths that a status told, in order; each change is told once. */
    private final List<Double> told = new ArrayList<>();
    private final List<SessionEvent> errors = new ArrayList<>();
    private final DocumentReader reader =
        new DocumentReader(document -> onEvent(SessionEvent.fromJson(document)), reason -> { });
    private SessionChannels channels;
    private Trickle local;
    private TrickleSubscriber events;
    private TricklePublisher control;

    @BeforeEach
    void start() {
        local = orchestrator.local();
        channels = new SessionChannels(
            orchestrator.start(new SessionRequest("tint", Map.of("strength", 0.0), "", "")).manifestId());
        events = local.subscribe(channels.events(), Trickle.CURRENT);
        control = local.publish(channels.control());
        awaitTold(0.0);
    }

    @AfterEach
    void close() {
        control.close();
        events.close();
        local.close();
        orchestrator.close();
    }

    /** LS-28. */
    @Test
    void shouldLeaveParametersUntouchedByAKeepalive() {
        write("{\"keep\":\"alive\"}");
        write("{\"strength\":0.5}");

        awaitTold(0.5);

        assertThat(told).containsExactly(0.0, 0.5);
        assertThat(errors).isEmpty();
    }

    /** LS-29. */
    @Test
    void shouldApplyALongDocumentInManyChunksOnce() {
        final String document = "{\"strength\":0.25" + " ".repeat(LONG_DOCUMENT) + "}";
        final SegmentWriter segment = control.beginSegment();
        final int step = document.length() / CHUNKS + 1;
        for (int from = 0; from < document.length(); from += step) {
            offer(segment, document.substring(from, Math.min(from + step, document.length())));
            poll();
        }
        segment.complete();
        awaitTold(0.25);
        write("{\"strength\":0.5}");
        awaitTold(0.5);

        assertThat(told).containsExactly(0.0, 0.25, 0.5);
        assertThat(errors).isEmpty();
    }

    /** LS-30. */
    @Test
    void shouldReportADocumentThatIsNoneAndApplyTheNext() {
        write("{\"strength\":");
        write("{\"strength\":0.5}");

        awaitTold(0.5);

        assertThat(told).containsExactly(0.0, 0.5);
        assertThat(errors).singleElement().satisfies(
            error -> assertThat(String.valueOf(error.fields().get("message"))).contains("control"));
    }

    /** LS-31. */
    @Test
    void shouldEndWithTheLastOfManyUpdatesAndNeverGoBack() {
        for (int i = 1; i <= 5; i++) {
            write("{\"strength\":0." + i + "}");
        }

        awaitTold(0.5);

        assertThat(told).isSorted().doesNotHaveDuplicates().startsWith(0.0).endsWith(0.5);
    }

    @Test
    void shouldTellEveryErrorOfABurstToAReaderThatWasHeldUp() {
        final Channels server = orchestrator.server().channels();
        final long before = server.nextSequence(channels.events());
        for (int i = 0; i < 20; i++) {
            write("{\"strength\":" + (2 + i) + "}");
        }
        Await.until(() -> "all errors written", () -> server.nextSequence(channels.events()) >= before + 20);

        write("{\"strength\":0.5}");
        awaitTold(0.5);

        assertThat(errors).hasSize(20);
    }

    private void onEvent(final SessionEvent event) {
        if ("error".equals(event.type())) {
            errors.add(event);
        } else if (event.fields().get("inference_status") instanceof final Map<?, ?> inference
            && inference.get("last_params") instanceof final Map<?, ?> parameters) {
            told.add(((Number) parameters.get("strength")).doubleValue());
        }
    }

    private void write(final String document) {
        final SegmentWriter segment = control.beginSegment();
        offer(segment, document);
        segment.complete();
    }

    private static void offer(final SegmentWriter segment, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(segment.offer(ByteBuffer.wrap(bytes))).isEqualTo(bytes.length);
    }

    private void poll() {
        events.poll(reader, 16);
    }

    private void awaitTold(final double strength) {
        Await.until(() -> strength + ", told " + told, () -> {
            poll();
            return told.contains(strength);
        });
    }
}
