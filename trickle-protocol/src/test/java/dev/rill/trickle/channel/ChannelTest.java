package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.publish;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.rest;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private final TestEngine engine = new TestEngine();
    private final Channel channel = engine.channel("ch");

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    @Test
    void shouldMoveThePointerAtTheFirstByteAndNotBefore() {
        final SegmentAppender appender = write(channel, 0);
        assertThat(channel.pointer()).isZero();

        append(appender, "a");

        assertThat(channel.pointer()).isEqualTo(1);
        appender.complete(null);
        assertThat(channel.pointer()).isEqualTo(1);
    }

    @Test
    void shouldKeepReadersParkedUntilTheFirstByteThenFollow() {
        final Cursor cursor = read(channel, 0).cursor();
        final SegmentAppender appender = write(channel, 0);
        assertThat(cursor.isParked()).isTrue();

        append(appender, "one");
        assertThat(rest(cursor)).isEqualTo("one");
        assertThat(cursor.isDrained()).isFalse();
        append(appender, "two");
        appender.complete(null);

        assertThat(rest(cursor)).isEqualTo("two");
        assertThat(cursor.isDrained()).isTrue();
        assertThat(cursor.isIntact()).isTrue();
        cursor.close();
    }

    @Test
    void shouldRetainFiveSegmentsAndRefuseTheEvictedWithThePointer() {
        for (int i = 0; i < 8; i++) {
            publish(channel, i, "s" + i);
        }

        final ReadOpening evicted = read(channel, 2);
        final Cursor oldest = read(channel, 3).cursor();

        assertThat(evicted.outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        assertThat(evicted.pointer()).isEqualTo(8);
        assertThat(evicted.oldest()).isEqualTo(3);
        assertThat(rest(oldest)).isEqualTo("s3");
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED)).isEqualTo(3);
        oldest.close();
    }

    @Test
    void shouldKeepTheMemoryOfAnEvictedSegmentForItsReader() {
        publish(channel, 0, "zero".repeat(1_000));
        final Cursor cursor = read(channel, 0).cursor();
        final ByteBuf slice = cursor.take(4);
        for (int i = 1; i < 8; i++) {
            publish(channel, i, "x".repeat(4_000));
        }

        assertThat(read(channel, 0).outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        assertThat(rest(cursor)).isEqualTo("zero".repeat(999));
        cursor.close();

        assertThat(slice.toString(StandardCharsets.UTF_8)).isEqualTo("zero");
        assertThat(slice.refCnt()).isEqualTo(1);
        slice.release();
    }

    @Test
    void shouldEndReadersOfAnOpenSegmentWhenItIsEvicted() {
        final SegmentAppender appender = write(channel, 0);
        append(appender, "torn");
        final Cursor cursor = read(channel, 0).cursor();
        for (int i = 1; i < 5; i++) {
            publish(channel, i, "x");
        }
        read(channel, 5).cursor().close();

        assertThat(rest(cursor)).isEqualTo("torn");
        assertThat(cursor.isDrained()).isTrue();
        assertThat(cursor.isTruncated()).isTrue();
        assertThat(append(appender, "late")).isEqualTo(SegmentAppender.CLOSED);
        appender.complete(null);
        cursor.close();
    }

    @Test
    void shouldLetOneWriterOwnASegment() {
        final SegmentAppender first = write(channel, 0);
        final SegmentAppender second = write(channel, 0);

        append(first, "a1");
        assertThat(append(second, "b1")).isEqualTo(SegmentAppender.CLOSED);
        append(first, "a2");
        second.complete(null);
        assertThat(first.isSegmentClosed()).isFalse();
        first.complete(null);

        final Cursor cursor = read(channel, 0).cursor();
        assertThat(rest(cursor)).isEqualTo("a1a2");
        assertThat(second.storedBytes()).isZero();
        cursor.close();
    }

    @Test
    void shouldContinueALostWriterWithinItsGraceAndNotCloseTheSegmentThen() {
        final SegmentAppender lost = write(channel, 0);
        append(lost, "abc");
        lost.lost();
        final SegmentAppender next = write(channel, 0);
        append(next, "DEF");

        engine.runTimers();
        assertThat(next.isSegmentClosed()).isFalse();
        next.complete(null);

        final Cursor cursor = read(channel, 0).cursor();
        assertThat(rest(cursor)).isEqualTo("abcDEF");
        cursor.close();
    }

    @Test
    void shouldEndASegmentWhoseWriterIsNotReplacedInTime() {
        final SegmentAppender lost = write(channel, 0);
        append(lost, "abc");
        final Cursor cursor = read(channel, 0).cursor();
        lost.lost();
        assertThat(rest(cursor)).isEqualTo("abc");
        assertThat(cursor.isDrained()).isFalse();

        engine.runTimers();

        assertThat(cursor.isDrained()).isTrue();
        assertThat(engine.counter(Counter.SEGMENTS_ORPHANED)).isEqualTo(1);
        cursor.close();
    }

    @Test
    void shouldRestartBelowTheWindowAtTheFirstByteOnly() {
        for (int i = 0; i < 9; i++) {
            publish(channel, i, "s" + i);
        }
        final SegmentAppender aside = write(channel, 1);
        final SegmentAppender successor = write(channel, 2);
        final Cursor parked = read(channel, 9).cursor();
        assertThat(channel.pointer()).isEqualTo(9);

        append(aside, "again");

        assertThat(channel.pointer()).isEqualTo(2);
        assertThat(channel.epoch()).isEqualTo(1);
        assertThat(parked.isDrained()).isTrue();
        assertThat(read(channel, 8).outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        append(successor, "two");
        assertThat(channel.pointer()).isEqualTo(3);
        aside.complete(null);
        successor.complete(null);
        parked.close();
    }

    @Test
    void shouldForgetAWriterBelowTheWindowThatEndsWithoutAByte() {
        for (int i = 0; i < 9; i++) {
            publish(channel, i, "s" + i);
        }
        final SegmentAppender aside = write(channel, 1);

        aside.complete(null);

        assertThat(channel.pointer()).isEqualTo(9);
        assertThat(read(channel, 1).outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
    }

    @Test
    void shouldStoreUpToTheLengthLimitThenEndTheSegment() {
        try (TestEngine small = new TestEngine(8, 4, 4)) {
            final Channel limited = small.channel("ch");
            final SegmentAppender appender = write(limited, 0);
            final ByteBuf payload = small.allocator.directBuffer().writeBytes("0123456789".getBytes(
                StandardCharsets.US_ASCII));

            assertThat(appender.append(payload)).isEqualTo(8);
            appender.complete(null);

            final Cursor cursor = read(limited, 0).cursor();
            assertThat(rest(cursor)).isEqualTo("01234567");
            assertThat(cursor.isDrained()).isTrue();
            assertThat(cursor.isTruncated()).isTrue();
            assertThat(small.counter(Counter.SEGMENTS_TOO_LONG)).isEqualTo(1);
            assertThat(small.counter(Counter.BYTES_DISCARDED)).isEqualTo(2);
            cursor.close();
        }
    }

    @Test
    void shouldRefuseReadersBeyondTheLimitAndCountThem() {
        try (TestEngine small = new TestEngine(8, 4, 1)) {
            final Channel limited = small.channel("ch");
            final Cursor first = read(limited, 0).cursor();

            assertThat(read(limited, 0).outcome()).isEqualTo(ReadOpening.Outcome.TOO_MANY_READERS);
            first.close();
            final Cursor second = read(limited, 0).cursor();

            assertThat(second).isNotNull();
            assertThat(small.counter(Counter.READERS_REFUSED)).isEqualTo(1);
            second.close();
        }
    }

    @Test
    void shouldReleaseReadersOfASkippedNumberAfterTheGrace() {
        publish(channel, 0, "zero");
        final Cursor skipped = read(channel, 1).cursor();
        publish(channel, 3, "three");
        assertThat(skipped.isParked()).isTrue();

        engine.runTimers();

        assertThat(skipped.isDrained()).isTrue();
        assertThat(engine.counter(Counter.SEGMENTS_SKIPPED)).isEqualTo(1);
        skipped.close();
    }

    @Test
    void shouldAdoptABufferThatIsWellUsedAndCompactOneThatIsNot() {
        final SegmentAppender appender = write(channel, 0);
        final ByteBuf full = engine.allocator.directBuffer(1_024).writeZero(1_024);
        final ByteBuf sparse = engine.allocator.directBuffer(64 << 10).writeZero(100);

        appender.append(full);
        assertThat(full.refCnt()).as("adopted").isEqualTo(1);
        assertThat(engine.counter(Counter.BYTES_COMPACTED)).isZero();
        appender.append(sparse);

        assertThat(sparse.refCnt()).as("compacted").isZero();
        assertThat(engine.counter(Counter.BYTES_COMPACTED)).isEqualTo(100);
        appender.complete(null);
    }
}
