package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.publish;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.rest;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Delivery;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolTest {
    private static final int PAGE = PagePool.MIN_LENGTH;
    private static final int POOL = 1 << 16;
    private static final Retention MANY = new Retention(64, 64, 0, 0, Delivery.LIVE);

    private final TestEngine engine = new TestEngine(MANY, POOL);

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    private ByteBuf received(final int length) {
        return engine.allocator.directBuffer(length, length).writeZero(length);
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "0, true", "1, false"})
    void shouldStoreReceivedBytesUpToTheLastByteOfThePool(final int more, final boolean stored) {
        final SegmentAppender appender = write(engine.channel("ch"), 0);
        appender.append(received(POOL / 2));

        final int result = appender.append(received(POOL / 2 + more));

        assertThat(result).isEqualTo(stored ? POOL / 2 + more : SegmentAppender.CLOSED);
        assertThat(appender.isSegmentClosed()).isEqualTo(!stored);
        assertThat(engine.counter(Counter.SEGMENTS_OUT_OF_MEMORY)).isEqualTo(stored ? 0 : 1);
        assertThat(engine.counter(Counter.BYTES_DISCARDED)).isEqualTo(stored ? 0 : POOL / 2 + more);
        assertThat(engine.counter(Counter.BYTES_PINNED)).isLessThanOrEqualTo(POOL);
        appender.complete(null);
    }

    @Test
    void shouldTellAnInProcessWriterToWaitAndGoOnWhenThereIsRoomAgain() {
        final Channel other = engine.channel("other");
        final SegmentAppender hog = write(other, 0);
        hog.append(received(POOL - PAGE));
        final SegmentAppender appender = write(engine.channel("ch"), 0);
        append(appender, "x".repeat(PAGE));

        assertThat(append(appender, "y")).isEqualTo(SegmentAppender.BACK_PRESSURED);
        assertThat(append(appender, "y")).isEqualTo(SegmentAppender.BACK_PRESSURED);
        assertThat(appender.isSegmentClosed()).isFalse();
        hog.complete(null);
        engine.nowNs += Reclaimer.PAUSE_NS;

        assertThat(append(appender, "y")).as("once the other segment may be forgotten").isEqualTo(1);
        assertThat(engine.counter(Counter.OFFERS_PUSHED_BACK)).isEqualTo(2);
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED_POOL)).isEqualTo(1);
        appender.complete(null);
    }

    @Test
    void shouldForgetTheWritersOwnOldestSegmentsFirst() {
        final Channel other = engine.channel("other");
        publish(other, 0, "x".repeat(POOL / 4));
        final Channel channel = engine.channel("ch");
        for (int i = 0; i < 3; i++) {
            publish(channel, i, "x".repeat(POOL / 4));
        }

        publish(channel, 3, "x".repeat(POOL / 4));

        assertThat(read(channel, 0).outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        assertThat(other.window().find(0)).as("segment of another channel").isNotNull();
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED)).isZero();
    }

    @Test
    void shouldForgetThenWhatTheLargestLiveChannelRemembersAndLeaveLosslessOnesAlone() {
        final Channel small = engine.channel("small");
        publish(small, 0, "x".repeat(PAGE));
        final Channel large = engine.channel("large");
        publish(large, 0, "x".repeat(POOL / 4));
        publish(large, 1, "x".repeat(POOL / 4));
        engine.registry.create("lossless", "", ChannelOptions.DEFAULTS.delivery(Delivery.LOSSLESS));
        publish(engine.registry.find("lossless"), 0, "x".repeat(POOL / 4));

        final SegmentAppender appender = write(engine.channel("ch"), 0);
        append(appender, "x".repeat(POOL / 4));

        assertThat(large.window().find(0)).isNull();
        assertThat(large.window().find(1)).isNotNull();
        assertThat(small.window().find(0)).isNotNull();
        assertThat(engine.registry.find("lossless").window().find(0)).isNotNull();
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED_POOL)).isEqualTo(1);
        appender.complete(null);
    }

    @Test
    void shouldNotCutAReaderShortWhoseSegmentWasForgottenAndCountItsMemoryUntilItIsDone() {
        final Channel channel = engine.channel("ch");
        publish(channel, 0, "a".repeat(POOL / 2));
        final Cursor cursor = read(channel, 0).cursor();
        final SegmentAppender appender = write(channel, 1);
        append(appender, "x".repeat(POOL / 4));

        assertThat(append(appender, "x".repeat(POOL / 2))).isEqualTo(SegmentAppender.BACK_PRESSURED);
        assertThat(channel.window().find(0)).isNull();
        assertThat(rest(cursor)).isEqualTo("a".repeat(POOL / 2));
        cursor.close();

        assertThat(append(appender, "x".repeat(POOL / 2))).isEqualTo(POOL / 2);
        appender.complete(null);
    }

    @Test
    void shouldLookForRoomElsewhereOnlyNowAndThenWhenThereIsNone() {
        final Channel other = engine.channel("other");
        final SegmentAppender hog = write(other, 0);
        hog.append(received(POOL));
        final SegmentAppender appender = write(engine.channel("ch"), 0);
        assertThat(append(appender, "x")).isEqualTo(SegmentAppender.BACK_PRESSURED);
        hog.complete(null);

        assertThat(append(appender, "x")).as("in the pause").isEqualTo(SegmentAppender.BACK_PRESSURED);
        engine.nowNs += Reclaimer.PAUSE_NS;

        assertThat(append(appender, "x")).isEqualTo(1);
        appender.complete(null);
    }

    @Test
    void shouldUsePagesAgainAndGiveBackWhatLiesIdle() {
        final Channel channel = engine.channel("ch");
        for (int i = 0; i < 80; i++) {
            publish(channel, i, "x");
        }
        final long pinned = engine.allocator.pinnedDirectMemory();
        for (int i = 80; i < 200; i++) {
            publish(channel, i, "x");
        }
        assertThat(engine.allocator.pinnedDirectMemory()).as("taken from the allocator").isEqualTo(pinned);

        engine.registry.close("ch");
        engine.nowNs += 10_000;
        engine.registry.sweep();
        engine.registry.sweep();

        assertThat(engine.allocator.pinnedDirectMemory()).as("after two sweeps").isZero();
    }
}
