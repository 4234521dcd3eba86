package dev.rill.trickle.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.LocalTrickle;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LocalTrickleTest {
    private final LocalTrickle trickle = LocalTrickle.launch(new TrickleServerContext().maxSegmentLength(10_000));
    private final RecordingHandler handler = new RecordingHandler();

    @BeforeEach
    void createChannel() {
        trickle.channels().create("ch", "text/plain");
    }

    @AfterEach
    void shouldGiveAllMemoryBack() {
        trickle.close();
        assertThat(trickle.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @Test
    @Tag("T-153")
    void shouldDeliverASegmentWhileItIsWritten() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", Trickle.NEXT);
        final TricklePublisher publisher = trickle.publish("ch");
        final SegmentWriter writer = publisher.beginSegment();
        assertThat(subscriber.poll(handler, 9)).isZero();

        offer(writer, "one");
        subscriber.poll(handler, 9);
        offer(writer, "two");
        writer.complete();
        subscriber.poll(handler, 9);

        assertThat(handler.events).containsExactly("begin 0", "data 0 one", "data 0 two", "end 0");
    }

    @Test
    void shouldCopyOnceHoweverManySubscribersThereAre() {
        final TricklePublisher publisher = trickle.publish("ch");
        write(publisher, "hello");
        for (int i = 0; i < 3; i++) {
            trickle.subscribe("ch", 0).poll(handler, 9);
        }

        assertThat(handler.events).contains("data 0 hello").hasSize(9);
        assertThat(trickle.channels().counters())
            .containsEntry("bytes.copied.local", 5L)
            .containsEntry("bytes.copied.compaction", 0L)
            .containsEntry("bytes.out", 15L);
    }

    @Test
    void shouldReportTheGapAndJumpToThePointerWhenLeftBehind() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final TricklePublisher publisher = trickle.publish("ch");
        write(publisher, "s0");
        subscriber.poll(handler, 1);
        for (int i = 1; i < 9; i++) {
            write(publisher, "s" + i);
        }
        subscriber.poll(handler, 99);
        write(publisher, "s9");
        subscriber.poll(handler, 99);

        assertThat(handler.events).containsExactly(
            "begin 0", "data 0 s0", "end 0", "begin 1", "data 1 s1", "end 1", "gap 2 to 9",
            "begin 9", "data 9 s9", "end 9");
    }

    @Test
    @Tag("T-154")
    void shouldTellTheGapAndThenReadTheNewestSegmentIfAskedToInstead() {
        final TricklePublisher publisher = trickle.publish("ch");
        for (int i = 0; i < 9; i++) {
            write(publisher, "s" + i);
        }
        final TrickleSubscriber behind = trickle.subscribe("ch", 2);
        behind.poll(handler, 99);
        behind.close();
        trickle.subscribe("ch", Trickle.CURRENT).poll(handler, 99);

        assertThat(handler.events).containsExactly("gap 2 to 9", "begin 8", "data 8 s8", "end 8");
    }

    @Test
    @Tag("T-155")
    void shouldBeginWithTheNextSegmentAndCountUp() {
        final TricklePublisher publisher = trickle.publish("ch");
        write(publisher, "s0");
        final TrickleSubscriber subscriber = trickle.subscribe("ch", Trickle.NEXT);
        assertThat(subscriber.poll(handler, 99)).isZero();

        write(publisher, "s1");
        write(publisher, "s2");
        subscriber.poll(handler, 99);
        write(publisher, "s3");
        subscriber.poll(handler, 99);

        assertThat(handler.events).containsExactly("begin 1", "data 1 s1", "end 1", "begin 2", "data 2 s2", "end 2",
            "begin 3", "data 3 s3", "end 3");
    }

    @Test
    void shouldReadTheTailAfterTheChannelWasClosedThenEnd() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final TricklePublisher publisher = trickle.publish("ch");
        write(publisher, "zero");
        write(publisher, "one");
        publisher.close();

        subscriber.poll(handler, 99);

        assertThat(handler.events).containsExactly(
            "begin 0", "data 0 zero", "end 0", "begin 1", "data 1 one", "end 1", "over CHANNEL_CLOSED");
        assertThat(subscriber.isEnded()).isTrue();
        assertThat(subscriber.poll(handler, 1)).isZero();
        assertThat(publisher.failure()).isEqualTo(EndReason.CLOSED);
    }

    @Test
    void shouldCompleteTheOpenSegmentWhenThePublisherCloses() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final TricklePublisher publisher = trickle.publish("ch");
        final SegmentWriter writer = publisher.beginSegment();
        offer(writer, "tail");

        publisher.close();
        subscriber.poll(handler, 99);

        assertThat(handler.events).containsExactly("begin 0", "data 0 tail", "end 0", "over CHANNEL_CLOSED");
        assertThat(writer.offer(bytes("late"))).isEqualTo(SegmentWriter.CLOSED);
    }

    @Test
    void shouldLeaveTheChannelToTheNextPublisher() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final TricklePublisher first = trickle.publish("ch");
        write(first, "s0");

        first.leave();
        first.close();
        write(trickle.publish("ch"), "s1");
        subscriber.poll(handler, 9);

        assertThat(first.failure()).isEqualTo(EndReason.CLOSED);
        assertThat(handler.events).containsExactly("begin 0", "data 0 s0", "end 0", "begin 1", "data 1 s1", "end 1");
    }

    @Test
    void shouldEndAtOnceOnAnUnknownChannel() {
        final TrickleSubscriber subscriber = trickle.subscribe("nope", Trickle.NEXT);
        final TricklePublisher publisher = trickle.publish("nope");

        subscriber.poll(handler, 9);

        assertThat(handler.events).containsExactly("over CHANNEL_NOT_FOUND");
        assertThat(publisher.failure()).isEqualTo(EndReason.CHANNEL_NOT_FOUND);
        assertThat(publisher.beginSegment().offer(bytes("x"))).isEqualTo(SegmentWriter.CLOSED);
        assertThat(trickle.channels().names()).containsExactly("ch");
    }

    @Test
    void shouldTellThePublisherThatItsChannelWasClosed() {
        final TricklePublisher publisher = trickle.publish("ch");
        final SegmentWriter writer = publisher.beginSegment();
        offer(writer, "x");

        trickle.channels().close("ch");

        assertThat(publisher.failure()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(writer.offer(bytes("y"))).isEqualTo(SegmentWriter.CLOSED);
        writer.complete();
        assertThat(publisher.beginSegment().offer(bytes("z"))).isEqualTo(SegmentWriter.CLOSED);
    }

    @Test
    void shouldNotWedgeTwoPublishers() {
        final TricklePublisher first = trickle.publish("ch");
        final TricklePublisher second = trickle.publish("ch");

        write(first, "a");
        write(second, "b");
        write(second, "c");
        write(first, "d");

        assertThat(trickle.channels().nextSequence("ch")).isEqualTo(4);
        trickle.subscribe("ch", 0).poll(handler, 99);
        assertThat(handler.events.stream().filter(event -> event.startsWith("data")))
            .containsExactly("data 0 a", "data 1 b", "data 2 c", "data 3 d");
    }

    @Test
    void shouldMoveThePointerForAnEmptySegment() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final TricklePublisher publisher = trickle.publish("ch");

        publisher.beginSegment().complete();
        subscriber.poll(handler, 9);

        assertThat(trickle.channels().nextSequence("ch")).isEqualTo(1);
        assertThat(handler.events).containsExactly("begin 0", "end 0");
    }

    @Test
    @Tag("T-158")
    void shouldMarkAnAbortedSegmentAsTorn() {
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final TricklePublisher publisher = trickle.publish("ch");
        final SegmentWriter writer = publisher.beginSegment();
        offer(writer, "x");

        writer.abort();
        write(publisher, "next");
        subscriber.poll(handler, 99);

        assertThat(handler.events).containsExactly(
            "begin 0", "data 0 x", "end 0 torn", "begin 1", "data 1 next", "end 1");
    }

    @Test
    void shouldRefuseASegmentBeyondTheLengthLimit() {
        final TricklePublisher publisher = trickle.publish("ch");
        final SegmentWriter writer = publisher.beginSegment();
        assertThat(writer.offer(ByteBuffer.allocate(10_000))).isEqualTo(10_000);
        final ByteBuffer beyond = ByteBuffer.allocate(1);

        assertThat(writer.offer(beyond)).isEqualTo(SegmentWriter.CLOSED);

        assertThat(beyond.position()).isZero();
        assertThat(trickle.channels().counters()).containsEntry("segments.aborted.length", 1L);
        writer.complete();
        write(publisher, "next");
        assertThat(trickle.channels().nextSequence("ch")).isEqualTo(2);
    }

    @Test
    void shouldWakeTheReaderAndAgainWhenAPollLeftSomethingBehind() {
        final AtomicInteger wakeUps = new AtomicInteger();
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        subscriber.onReadable(wakeUps::incrementAndGet);
        subscriber.poll(handler, 9);
        final int before = wakeUps.get();

        write(trickle.publish("ch"), "x");

        assertThat(wakeUps.get()).isGreaterThan(before);
        final int afterWrite = wakeUps.get();
        subscriber.poll(handler, 1);
        assertThat(wakeUps.get()).isGreaterThan(afterWrite);
    }

    @Test
    void shouldLetAHandlerCloseItsSubscriber() {
        write(trickle.publish("ch"), "x");
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final RecordingHandler closing = new RecordingHandler() {
            @Override
            public void onSegmentBegin(final long sequence, final String contentType) {
                subscriber.close();
            }
        };

        subscriber.poll(closing, 1);
        subscriber.poll(closing, 9);

        assertThat(closing.events).containsExactly("end 0 torn", "over CLOSED");
    }

    @Test
    void shouldRefuseASecondOpenSegment() {
        final TricklePublisher publisher = trickle.publish("ch");
        publisher.beginSegment();

        assertThatThrownBy(publisher::beginSegment)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("segment 0 is still open");
    }

    private static void write(final TricklePublisher publisher, final String text) {
        final SegmentWriter writer = publisher.beginSegment();
        offer(writer, text);
        writer.complete();
    }

    private static void offer(final SegmentWriter writer, final String text) {
        assertThat(writer.offer(bytes(text))).isEqualTo(text.length());
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
