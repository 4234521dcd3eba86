package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.publish;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.rest;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.trickle.TrickleException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelRegistryTest {
    private final TestEngine engine = new TestEngine(1 << 20, 2, 8);
    private final ChannelRegistry registry = engine.registry;

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    @Test
    void shouldRefuseChannelsBeyondTheLimit() {
        assertThat(registry.create("a", "")).isTrue();
        assertThat(registry.create("a", "")).isFalse();
        assertThat(registry.create("b", "")).isTrue();

        assertThatThrownBy(() -> registry.create("c", ""))
            .isInstanceOf(TrickleException.class)
            .hasMessageContaining("limit of 2 channels");
        assertThat(engine.counter(Counter.CHANNELS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldKeepToTheLimitWhoeverCreatesAtTheSameTime() throws Exception {
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 300; round++) {
                final CyclicBarrier together = new CyclicBarrier(4);
                final List<Future<ChannelRegistry.Creation>> creations = threads.invokeAll(
                    IntStream.range(0, 4).<Callable<ChannelRegistry.Creation>>mapToObj(n -> () -> {
                        together.await(10, TimeUnit.SECONDS);
                        return registry.tryCreate("n" + n, "");
                    }).toList());

                int created = 0;
                for (final Future<ChannelRegistry.Creation> creation : creations) {
                    created += creation.get() == ChannelRegistry.Creation.CREATED ? 1 : 0;
                }
                assertThat(created).as("round " + round).isEqualTo(2);
                registry.names().forEach(registry::close);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(registry.create("a", "")).isTrue();
        assertThat(registry.create("b", "")).isTrue();
        assertThat(registry.tryCreate("c", "")).isEqualTo(ChannelRegistry.Creation.REFUSED);
    }

    @Test
    void shouldReleaseEverybodyAndKeepCompleteSegmentsReadableForTheLingerTime() {
        final Channel channel = engine.channel("a");
        publish(channel, 0, "zero");
        final Cursor parked = read(channel, 1).cursor();
        final SegmentAppender waiting = write(channel, 1);

        assertThat(registry.close("a")).isTrue();

        assertThat(parked.isDrained()).isTrue();
        assertThat(waiting.isSegmentClosed()).isTrue();
        assertThat(waiting.isChannelClosed()).isTrue();
        assertThat(registry.find("a")).isNull();
        assertThat(registry.findClosed("a")).isSameAs(channel);
        final Cursor remains = read(channel, 0).cursor();
        assertThat(rest(remains)).isEqualTo("zero");
        assertThat(read(channel, 1).outcome()).isEqualTo(ReadOpening.Outcome.CLOSED);
        engine.nowNs = 2_000;
        registry.expire();
        assertThat(read(channel, 0).outcome()).isEqualTo(ReadOpening.Outcome.CLOSED);
        engine.nowNs = 6_000;
        registry.expire();
        assertThat(registry.findClosed("a")).isNull();
        waiting.lost();
        parked.close();
        remains.close();
    }

    @Test
    void shouldSweepWhatIsIdleButNotUnderscoreChannels() {
        final Channel idle = engine.channel("idle");
        engine.channel("_kept");
        engine.nowNs = 10_000;
        registry.sweep();
        assertThat(idle.isClosed()).as("idle for exactly the time-out").isFalse();

        engine.nowNs = 10_001;
        registry.sweep();

        assertThat(idle.isClosed()).isTrue();
        assertThat(registry.names()).containsExactly("_kept");
        assertThat(engine.counter(Counter.CHANNELS_SWEPT)).isEqualTo(1);
    }

    @Test
    void shouldStartAfreshUnderTheSameName() {
        publish(engine.channel("a"), 0, "old");
        registry.close("a");

        assertThat(registry.create("a", "x/y")).isTrue();

        assertThat(registry.nextSequence("a")).isZero();
        assertThat(registry.findClosed("a")).isNull();
        assertThat(engine.counter(Counter.BLOCKS_IN_USE)).as("remains of the predecessor").isZero();
    }
}
