package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaiterTest {
    @Test
    void shouldWakeOnceForABurstUntilTheLook() {
        try (TestEngine engine = new TestEngine()) {
            final Channel channel = engine.channel("ch");
            final AtomicInteger wakeUps = new AtomicInteger();
            final Waiter waiter = new Waiter(engine.registry.engine().counters(), wakeUps::incrementAndGet);
            channel.register(waiter);
            final SegmentAppender appender = write(channel, 0);

            for (int i = 0; i < 10; i++) {
                append(appender, "x");
            }
            assertThat(wakeUps).as("before the look").hasValue(1);
            waiter.begin();
            append(appender, "y");
            append(appender, "z");
            appender.complete(null);

            assertThat(wakeUps).as("after one look").hasValue(2);
            assertThat(engine.counter(Counter.WAKEUPS_SENT)).isEqualTo(2);
            assertThat(engine.counter(Counter.WAKEUPS_COALESCED)).isEqualTo(11);
            channel.unregister(waiter);
        }
    }

    @Test
    void shouldNotWakeWhoHasUnregistered() {
        try (TestEngine engine = new TestEngine()) {
            final Channel channel = engine.channel("ch");
            final AtomicInteger wakeUps = new AtomicInteger();
            final Waiter gone = new Waiter(engine.registry.engine().counters(), wakeUps::incrementAndGet);
            final Waiter other = new Waiter(engine.registry.engine().counters(), wakeUps::incrementAndGet);
            channel.register(gone);
            channel.register(other);
            channel.unregister(gone);
            channel.unregister(gone);

            TestEngine.publish(channel, 0, "x");

            assertThat(wakeUps).hasValue(1);
        }
    }
}
