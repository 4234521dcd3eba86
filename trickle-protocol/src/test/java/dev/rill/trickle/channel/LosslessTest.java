package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.publish;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.rest;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.Delivery;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LosslessTest {
    private static final int PAGE = PagePool.MIN_LENGTH;
    private static final int KEPT = 8;
    private static final Retention BY_COUNT = new Retention(2, KEPT, 0, 0, Delivery.LOSSLESS);

    private TestEngine engine = new TestEngine(BY_COUNT, 0);
    private Channel channel = engine.channel("ch");

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    private void use(final Retention retention, final long maxPinnedBytes) {
        engine.close();
        engine = new TestEngine(retention, maxPinnedBytes);
        channel = engine.channel("ch");
    }

    /** Publishes from {@code from} until pushed back; the number that was refused. */
    private long publishUntilPushedBack(final long from) {
        long sequence = from;
        SegmentAppender appender = write(channel, sequence);
        while (append(appender, "s" + sequence) > 0) {
            appender.complete(null);
            sequence++;
            appender = write(channel, sequence);
        }
        appender.lost();
        return sequence;
    }

    private void readAll(final long sequence) {
        final Cursor cursor = read(channel, sequence).cursor();
        assertThat(rest(cursor)).isEqualTo("s" + sequence);
        assertThat(cursor.isDrained()).isTrue();
        cursor.close();
    }

    @Test
    void shouldRememberLikeALiveChannelWhileNobodyReads() {
        for (int i = 0; i < 100; i++) {
            publish(channel, i, "x");
        }

        assertThat(read(channel, Long.MAX_VALUE).oldest()).isEqualTo(98);
        assertThat(engine.counter(Counter.WRITERS_PUSHED_BACK)).isZero();
    }

    @Test
    void shouldKeepWhatAReaderHasStillToReadThenPushBackThenGoOnWhenItMoves() {
        final Cursor slow = read(channel, 0).cursor();

        assertThat(publishUntilPushedBack(0)).isEqualTo(KEPT);

        assertThat(rest(slow)).isEqualTo("s0");
        slow.close();
        assertThat(publishUntilPushedBack(KEPT)).as("one more").isEqualTo(KEPT + 1);
        for (int i = 1; i <= KEPT; i++) {
            readAll(i);
        }
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED_UNREAD)).isZero();
        assertThat(engine.counter(Counter.READERS_LEFT_BEHIND)).isZero();
        assertThat(engine.counter(Counter.WRITERS_PUSHED_BACK)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {4 * PAGE, 4 * PAGE + 1, 5 * PAGE - 1})
    void shouldPushBackOnceTheWindowPinsMoreThanItsBytes(final long bytes) {
        use(new Retention(2, 64, bytes, 0, Delivery.LOSSLESS), 0);
        final Cursor slow = read(channel, 0).cursor();

        assertThat(publishUntilPushedBack(0)).as("first one above the limit").isEqualTo(5);

        slow.leave();
    }

    @Test
    void shouldWakeTheWriterWhenAReaderMakesRoom() {
        final Cursor slow = read(channel, 0).cursor();
        publishUntilPushedBack(0);
        final AtomicInteger wakeUps = new AtomicInteger();
        final Waiter waiter = new Waiter(engine.registry.engine().counters(), wakeUps::incrementAndGet);
        channel.register(waiter);

        rest(slow);
        slow.close();

        assertThat(wakeUps).hasValue(1);
        channel.unregister(waiter);
    }

    @Test
    void shouldNotHoldForAReaderThatHasLeft() {
        final Cursor gone = read(channel, 0).cursor();
        publishUntilPushedBack(0);

        gone.leave();

        publish(channel, KEPT, "x");
        assertThat(channel.window().find(KEPT).state()).isEqualTo(SegmentState.COMPLETE);
        assertThat(engine.counter(Counter.READERS_LEFT_BEHIND)).isZero();
    }

    @Test
    void shouldKeepThePlaceOfAReaderBetweenTwoReads() {
        final Cursor first = read(channel, 0).cursor();
        publish(channel, 0, "s0");
        rest(first);
        first.close();

        assertThat(publishUntilPushedBack(1)).isEqualTo(KEPT + 1);

        for (int i = 1; i <= KEPT; i++) {
            readAll(i);
        }
    }

    @Test
    void shouldKeepThePlaceOfAReaderThatLostItsConnectionAndTakeItBackByTheSameNumber() {
        publish(channel, 0, "s0");
        read(channel, 0).cursor().close();
        publishUntilPushedBack(1);

        readAll(0);

        readAll(1);
        assertThat(channel.window().lowestHeld(engine.nowNs).sequence()).isEqualTo(2);
    }

    @Test
    void shouldNotWaitLongerThanTheGraceForAReaderThatDoesNotComeBack() {
        publish(channel, 0, "s0");
        read(channel, 0).cursor().close();
        final long refused = publishUntilPushedBack(1);

        engine.nowNs += TestEngine.GRACE_NS - 1;
        engine.runTimers();
        final SegmentAppender writer = write(channel, refused);
        assertThat(append(writer, "x")).as("within the grace").isEqualTo(SegmentAppender.BACK_PRESSURED);
        engine.nowNs += 1;
        engine.runTimers();

        assertThat(append(writer, "x")).isEqualTo(1);
        writer.complete(null);
    }

    @Test
    void shouldCountAReaderThatAskedAheadOnlyOnce() {
        Cursor current = read(channel, 0).cursor();
        for (int i = 0; i < 20; i++) {
            publish(channel, i, "s" + i);
            final Cursor ahead = read(channel, i + 1).cursor();
            assertThat(rest(current)).isEqualTo("s" + i);
            current.close();
            current = ahead;
        }

        current.leave();

        assertThat(channel.window().lowestHeld(engine.nowNs)).as("places left over").isNull();
    }

    @Test
    void shouldGiveUpTheSlowestReaderAtTheDeadlineAndNotTheOthers() {
        final Cursor slow = read(channel, 0).cursor();
        Cursor fast = read(channel, 0).cursor();
        for (int i = 0; i < KEPT; i++) {
            publish(channel, i, "s" + i);
            rest(fast);
            fast.close();
            fast = read(channel, i + 1).cursor();
        }
        final SegmentAppender writer = write(channel, KEPT);
        assertThat(append(writer, "x")).isEqualTo(SegmentAppender.BACK_PRESSURED);

        engine.nowNs += TestEngine.DEADLINE_NS - 1;
        assertThat(append(writer, "x")).as("before the deadline").isEqualTo(SegmentAppender.BACK_PRESSURED);
        engine.nowNs += 1;

        assertThat(append(writer, "x")).isEqualTo(1);
        assertThat(engine.counter(Counter.READERS_LEFT_BEHIND)).isEqualTo(1);
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED_UNREAD)).isEqualTo(KEPT - 1);
        assertThat(rest(slow)).as("what it had begun").isEqualTo("s0");
        slow.close();
        final ReadOpening next = read(channel, 1);
        assertThat(next.outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        assertThat(next.oldest()).isEqualTo(KEPT - 1);
        assertThat(rest(fast)).isEqualTo("x");
        fast.leave();
        writer.complete(null);
    }

    @Test
    void shouldNotGiveUpReadersWhenNoWriterWaitsAnyMore() {
        final Cursor slow = read(channel, 0).cursor();
        publishUntilPushedBack(0);

        for (int i = 0; i < 30; i++) {
            engine.nowNs += TestEngine.DEADLINE_NS / 10;
            engine.runTimers();
        }

        assertThat(engine.counter(Counter.READERS_LEFT_BEHIND)).isZero();
        assertThat(engine.timers).as("looking for room has ended").isEmpty();
        assertThat(append(write(channel, KEPT), "x")).as("a new deadline").isEqualTo(SegmentAppender.BACK_PRESSURED);
        slow.leave();
    }

    @Test
    void shouldHoldTheWriterWhileThePoolIsFullAndCutItsSegmentAtTheDeadline() {
        use(BY_COUNT, 1 << 16);
        final SegmentAppender hog = write(engine.channel("other"), 0);
        hog.append(engine.allocator.directBuffer(1 << 16, 1 << 16).writeZero(1 << 16));
        final SegmentAppender writer = write(channel, 0);
        assertThat(writer.hasRoom()).isFalse();

        engine.nowNs += TestEngine.DEADLINE_NS;

        assertThat(writer.hasRoom()).isTrue();
        assertThat(writer.append(engine.allocator.directBuffer(PAGE, PAGE).writeZero(PAGE)))
            .isEqualTo(SegmentAppender.CLOSED);
        assertThat(engine.counter(Counter.SEGMENTS_OUT_OF_MEMORY)).isEqualTo(1);
        hog.complete(null);
        writer.complete(null);
    }

    @Test
    void shouldStoreWhatHasBeenReceivedAlreadyAlthoughThePoolIsFull() {
        use(BY_COUNT, 1 << 16);
        final SegmentAppender hog = write(engine.channel("other"), 0);
        hog.append(engine.allocator.directBuffer(1 << 16, 1 << 16).writeZero(1 << 16));
        final SegmentAppender writer = write(channel, 0);

        assertThat(writer.append(engine.allocator.directBuffer(PAGE, PAGE).writeZero(PAGE))).isEqualTo(PAGE);

        assertThat(engine.counter(Counter.BYTES_PINNED)).isEqualTo((1 << 16) + PAGE);
        hog.complete(null);
        writer.complete(null);
    }

    @Test
    void shouldForgetPlacesWhenTheChannelRestarts() {
        final Cursor slow = read(channel, 0).cursor();
        for (int i = 5; i < 8; i++) {
            publish(channel, i, "s" + i);
        }
        slow.close();
        engine.nowNs += TestEngine.GRACE_NS;
        publish(channel, 8, "s8");
        final Cursor reader = read(channel, 8).cursor();

        publish(channel, 2, "again");

        assertThat(channel.epoch()).isEqualTo(1);
        assertThat(channel.window().lowestHeld(engine.nowNs)).isNull();
        reader.close();
    }
}
