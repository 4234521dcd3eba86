package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class PublishSubscribeServerTest {
    private static final int MAX_SEGMENT_BYTES = 3 << 20;
    private static final int LEAD = 3;

    private TrickleServer server = TrickleServer.launch(new TrickleServerContext().basePath("/ai/trickle/"));
    private final RecordingHandler handler = new RecordingHandler();
    private HttpTrickle trickle;
    private TricklePublisher publisher;
    private TrickleSubscriber subscriber;
    private boolean reading = true;

    @AfterEach
    void close() {
        if (trickle != null) {
            trickle.close();
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCarryRandomSegmentsByteExact(final boolean epoll) {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        connect(context().nativeTransport(epoll).eventLoopThreads(2));
        subscriber = trickle.subscribe("ch", 0);
        publisher = trickle.publish("ch");
        final List<byte[]> sent = new ArrayList<>();
        for (int n = 0; n < 14; n++) {
            final int behind = n;
            handler.pollUntil(subscriber, () -> handler.segments().size() + lead(behind) > behind);
            sent.add(segment(random));
            write(sent.get(n), random);
        }
        handler.pollUntil(subscriber, () -> handler.segments().size() == sent.size());
        Await.until(() -> "unconfirmed " + publisher.unconfirmedSegments(),
            () -> publisher.unconfirmedSegments() == 0);
        publisher.close();
        handler.pollUntil(subscriber, subscriber::isEnded);

        for (int n = 0; n < sent.size(); n++) {
            assertThat(handler.segments().get((long) n)).as("segment %d, seed %d", n, seed).isEqualTo(sent.get(n));
        }
        assertThat(handler.log()).doesNotContainAnyElementsOf(List.of("gap")).noneMatch(e -> e.startsWith("torn"));
        assertThat(handler.end()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(handler.contentType()).isEqualTo("video/MP2T");
        assertThat(trickle.counters()).containsEntry("segments_confirmed", 14L).containsEntry("segments_received", 14L)
            .containsEntry("segments_skipped", 0L);
    }

    @Test
    void shouldReportGapWhenReaderIsSlow() {
        reading = false;
        connect(context());
        subscriber = trickle.subscribe("ch", 0);
        publisher = trickle.publish("ch");
        final Random random = new Random(1);
        final byte[] bytes = new byte[64 << 10];
        random.nextBytes(bytes);
        for (int n = 0; n < 12; n++) {
            write(bytes, random);
            Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);
            Await.until(() -> "counters " + trickle.counters(), () -> trickle.counters().get("reads_paused") > 0);
        }
        handler.pollUntil(subscriber, () -> handler.log().contains("gap 2 12"));
        write(bytes, random);
        handler.pollUntil(subscriber, () -> handler.segments().size() == 3);

        assertThat(handler.log()).containsExactly("begin 0", "end 0", "begin 1", "end 1", "gap 2 12", "begin 12",
            "end 12");
        assertThat(handler.segments().values()).allSatisfy(segment -> assertThat(segment).isEqualTo(bytes));
        assertThat(trickle.counters()).containsEntry("segments_skipped", 10L);
    }

    @Test
    void shouldEndPromptlyWhenSubscriberIsClosedWhileParked() {
        connect(context());
        subscriber = trickle.subscribe("ch", Trickle.NEXT);

        subscriber.close();
        subscriber.poll(handler, 1);

        assertThat(handler.end()).isEqualTo(EndReason.CLOSED);
    }

    @Test
    void shouldTakeOverChannelWhenPublisherIsResumed() {
        connect(context());
        subscriber = trickle.subscribe("ch", Trickle.CURRENT);
        publisher = trickle.publish("ch");
        final Random random = new Random(2);
        write(new byte[] {1}, random);
        final SegmentWriter torn = publisher.beginSegment();
        torn.offer(ByteBuffer.wrap(new byte[] {2}));
        handler.pollUntil(subscriber, () -> handler.log().contains("begin 1") && handler.openBytes() == 1);

        publisher = trickle.resume("ch", "video/MP2T");
        write(new byte[] {3}, random);
        handler.pollUntil(subscriber, () -> handler.segments().size() == 3);

        assertThat(handler.segments().get(2L)).containsExactly(3);
        assertThat(handler.log()).containsExactly("begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2");
    }

    @Test
    void shouldGoOnAtAKnownNumberOnAChannelThatItsPublisherLeft() {
        connect(context().gapPolicy(GapPolicy.OLDEST));
        subscriber = trickle.subscribe("ch", 0);
        publisher = trickle.publish("ch");
        final Random random = new Random(3);
        write(new byte[] {1}, random);
        publisher.leave();
        assertThat(trickle.awaitNext("ch")).isEqualTo(1);

        publisher = trickle.resume("ch", "video/MP2T", 9);
        write(new byte[] {2}, random);
        handler.pollUntil(subscriber, () -> handler.segments().containsKey(9L));

        assertThat(publisher.failure()).isNull();
        assertThat(handler.segments().get(9L)).containsExactly(2);
        assertAllButDataIsToldAsEmptyOrGap();
    }

    /** How many numbers end empty depends on how far the reader had asked ahead; the others are one gap. */
    private void assertAllButDataIsToldAsEmptyOrGap() {
        final List<String> gaps = handler.log().stream().filter(entry -> entry.startsWith("gap")).toList();
        assertThat(gaps).as("gaps in %s", handler.log()).hasSize(1);
        final long from = Long.parseLong(gaps.get(0).split(" ")[1]);
        assertThat(gaps).containsExactly("gap " + from + " 9");
        assertThat(from).as("1 was open when the publisher left, 2 may have been asked for").isBetween(1L, 3L);
        final List<Long> told = new ArrayList<>(LongStream.range(0, from).boxed().toList());
        told.add(9L);
        assertThat(handler.segments().keySet()).as("%s", handler.log()).containsExactlyElementsOf(told);
        assertThat(handler.log()).noneMatch(entry -> entry.startsWith("torn"));
        LongStream.range(1, from).forEach(n -> assertThat(handler.segments().get(n)).as("segment %d", n).isEmpty());
    }

    @Test
    void shouldAdministrateChannels() {
        server.close();
        server = TrickleServer.launch(new TrickleServerContext().autocreate(true));
        trickle = HttpTrickle.connect(context());
        assertThat(trickle.awaitNext("other")).isEqualTo(-1);

        trickle.awaitCreate("other", "application/json");

        assertThat(trickle.awaitNext("other")).isZero();
        assertThat(server.channels().names()).contains("other");
        assertThat(trickle.awaitDelete("other")).isTrue();
        assertThat(trickle.awaitNext("other")).isEqualTo(-1);
    }

    @Test
    void shouldReportNotFoundWhenChannelIsUnknown() {
        connect(context());
        subscriber = trickle.subscribe("unknown", 0);
        publisher = trickle.publish("unknown");

        handler.pollUntil(subscriber, subscriber::isEnded);
        Await.until(() -> "failure " + publisher.failure(),
            () -> publisher.failure() == EndReason.CHANNEL_NOT_FOUND);

        assertThat(handler.end()).isEqualTo(EndReason.CHANNEL_NOT_FOUND);
    }

    private void write(final byte[] bytes, final Random random) {
        final SegmentWriter segment = publisher.beginSegment();
        final ByteBuffer source = ByteBuffer.wrap(bytes);
        while (source.position() < bytes.length) {
            source.limit(source.position() + Math.min(bytes.length - source.position(), 1 + random.nextInt(200_000)));
            while (source.hasRemaining()) {
                final int taken = segment.offer(source);
                assertThat(taken).isNotEqualTo(SegmentWriter.CLOSED);
                if (reading) {
                    subscriber.poll(handler, 8);
                }
            }
        }
        segment.complete();
    }

    /** The first is read alone: until then nothing says that it, and the first GET, are there before the third. */
    private static int lead(final int sequence) {
        return sequence == 1 ? 1 : LEAD;
    }

    private static byte[] segment(final Random random) {
        final byte[] bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(2) : random.nextInt(MAX_SEGMENT_BYTES)];
        random.nextBytes(bytes);
        return bytes;
    }

    private HttpTrickleContext context() {
        return new HttpTrickleContext().baseUri(server.baseUri()).maxQueuedBytes(32 << 10);
    }

    private void connect(final HttpTrickleContext context) {
        trickle = HttpTrickle.connect(context);
        server.channels().create("ch", "video/MP2T");
    }
}
