package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.publish;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Delivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionTest {
    private static final int PAGE = PagePool.MIN_LENGTH;
    private static final long AGE_NS = 5_000;

    private TestEngine engine;

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    private Channel channel(final int segments, final long bytes, final long ageNs) {
        engine = new TestEngine(new Retention(segments, 64, bytes, ageNs, Delivery.LIVE), 0);
        return engine.channel("ch");
    }

    private static long oldest(final Channel channel) {
        return read(channel, Long.MAX_VALUE).oldest();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 64})
    void shouldRememberAsManySegmentsAsItIsToldAndNotOneMore(final int limit) {
        final Channel channel = channel(limit, 0, 0);
        for (int i = 0; i < limit - 1; i++) {
            publish(channel, i, "x");
        }
        assertThat(oldest(channel)).as("one below the limit").isZero();

        publish(channel, limit - 1, "x");
        assertThat(oldest(channel)).as("at the limit").isZero();

        publish(channel, limit, "x");
        assertThat(oldest(channel)).as("one above the limit").isEqualTo(1);
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "0, 0", "1, 0"})
    void shouldEvictTheLowestEndedSegmentWhenTheWindowPinsMoreThanItsBytes(final int more, final int evicted) {
        final Channel channel = channel(64, 3 * PAGE + more, 0);

        for (int i = 0; i < 3; i++) {
            publish(channel, i, "x");
        }

        assertThat(oldest(channel)).isEqualTo(evicted);
        assertThat(engine.counter(Counter.BYTES_PINNED)).isEqualTo((3L - evicted) * PAGE);
    }

    @Test
    void shouldEvictEndedSegmentsWhileAnOpenOneGrowsAndNeverTheOpenOne() {
        final Channel channel = channel(64, 4 * PAGE, 0);
        final SegmentAppender stale = write(channel, 0);
        append(stale, "open");
        publish(channel, 1, "x");
        publish(channel, 2, "x");
        final SegmentAppender growing = write(channel, 3);

        append(growing, "x".repeat(PAGE));
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED)).isZero();
        append(growing, "x".repeat(PAGE));
        assertThat(engine.counter(Counter.SEGMENTS_EVICTED)).isEqualTo(1);
        append(growing, "x".repeat(8 * PAGE));

        assertThat(read(channel, 1).outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        assertThat(read(channel, 2).outcome()).isEqualTo(ReadOpening.Outcome.OUT_OF_WINDOW);
        assertThat(stale.isSegmentClosed()).isFalse();
        assertThat(growing.isSegmentClosed()).isFalse();
        stale.complete(null);
        growing.complete(null);
        assertThat(oldest(channel)).as("all of it is over the limit once it has ended").isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, 1", "1, 1"})
    void shouldForgetASegmentWhenItsEndIsAsLongAgoAsItIsTold(final long later, final long oldest) {
        final Channel channel = channel(64, 0, AGE_NS);
        publish(channel, 0, "x");
        engine.nowNs += AGE_NS / 2;
        publish(channel, 1, "x");

        engine.nowNs += AGE_NS / 2 + later;
        engine.runTimers();

        assertThat(oldest(channel)).isEqualTo(oldest);
        assertThat(engine.timers).as("a timer for what is left").isNotEmpty();
    }

    @Test
    void shouldForgetEverythingOfAQuietChannelAndRestartBelowThePointer() {
        final Channel channel = channel(64, 0, AGE_NS);
        publish(channel, 0, "x");
        publish(channel, 1, "x");
        final SegmentAppender open = write(channel, 2);
        append(open, "open");

        engine.nowNs += 2 * AGE_NS;
        engine.runTimers();

        assertThat(oldest(channel)).as("only what has ended").isEqualTo(2);
        open.complete(null);
        engine.nowNs += AGE_NS;
        engine.runTimers();
        assertThat(oldest(channel)).isEqualTo(-1);
        assertThat(engine.counter(Counter.BYTES_PINNED)).isZero();
        publish(channel, 0, "again");
        assertThat(channel.pointer()).isEqualTo(1);
        assertThat(engine.counter(Counter.CHANNELS_RESTARTED)).isEqualTo(1);
    }

    @Test
    void shouldKeepOneTimerForTheAgeOfAChannel() {
        final Channel channel = channel(64, 0, AGE_NS);

        for (int i = 0; i < 10; i++) {
            publish(channel, i, "x");
        }

        assertThat(engine.timers).hasSize(1);
    }

    @Test
    void shouldLetAChannelDifferFromItsServerUpToWhatThatAllows() {
        channel(5, 0, 0);
        final ChannelOptions options = ChannelOptions.DEFAULTS.retainedBytes(7).retainedAgeNs(8);

        engine.registry.create("a", "", options.retainedSegments(64).delivery(Delivery.LOSSLESS));
        engine.registry.create("b", "", options.retainedSegments(65));
        engine.registry.create("c", "");

        assertThat(engine.registry.find("a").retention()).isEqualTo(new Retention(64, 64, 7, 8, Delivery.LOSSLESS));
        assertThat(engine.registry.find("b").retention()).isEqualTo(new Retention(64, 64, 7, 8, Delivery.LIVE));
        assertThat(engine.registry.find("c").retention()).isEqualTo(new Retention(5, 64, 0, 0, Delivery.LIVE));
    }
}
