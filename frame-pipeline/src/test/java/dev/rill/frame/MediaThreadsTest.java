package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaThreadsTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    /** Counts its turns and notices when two threads run it at once. */
    private static class Counter implements PausingAgent {
        final AtomicInteger turns = new AtomicInteger();
        final AtomicInteger starts = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();
        final AtomicBoolean overlap = new AtomicBoolean();
        final IntSupplier work;
        private final AtomicBoolean inside = new AtomicBoolean();
        private int plain;

        Counter(final IntSupplier work) {
            this.work = work;
        }

        @Override
        public void onStart() {
            starts.incrementAndGet();
        }

        @Override
        public int doWork() {
            if (!inside.compareAndSet(false, true)) {
                overlap.set(true);
            }
            plain++;
            turns.incrementAndGet();
            try {
                return work.getAsInt();
            } finally {
                inside.set(false);
            }
        }

        @Override
        public void onClose() {
            closes.incrementAndGet();
            if (plain != turns.get()) {
                overlap.set(true); // What one turn wrote the next must see.
            }
        }

        @Override
        public long maxPauseNs() {
            return TimeUnit.SECONDS.toNanos(60);
        }

        @Override
        public String roleName() {
            return "counter";
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldGiveEveryAgentAsManyTurnsAsTheOthers(final int threads) {
        final List<Counter> counters = new ArrayList<>();
        try (MediaThreads media = MediaThreads.start(threads)) {
            for (int i = 0; i < 20; i++) {
                counters.add(new Counter(() -> 1));
            }
            counters.forEach(media::add);
            await(() -> counters.stream().allMatch(counter -> counter.turns.get() > 500));
            final int[] turns = counters.stream().mapToInt(counter -> counter.turns.get()).sorted().toArray();

            assertThat(turns[19] - turns[0]).as("spread of %d to %d turns, read one by one", turns[0], turns[19])
                .isLessThan(turns[19] / 2);
            assertThat(media.agents()).isEqualTo(20);
        }
        assertThat(counters).allMatch(counter -> counter.starts.get() == 1 && counter.closes.get() == 1)
            .noneMatch(counter -> counter.overlap.get());
    }

    @Test
    void shouldLeaveAnAgentAloneThatHasNothingToDoUntilItIsWoken() {
        final Counter idle = new Counter(() -> 0);
        try (MediaThreads media = MediaThreads.start(2)) {
            final MediaThreads.Turn turn = media.add(idle);
            await(() -> idle.turns.get() >= 3);
            final int bound = 25 + 1;
            for (int wake = 1; wake <= 50; wake++) {
                final int before = idle.turns.get();
                turn.wake();
                await(() -> idle.turns.get() > before);
            }

            assertThat(idle.turns.get()).as("turns: %d while pauses double to a minute, and one per wake", bound)
                .isLessThanOrEqualTo(50 * 2 + bound);
        }
    }

    @Test
    void shouldLoseNoWakeThatComesDuringATurn() {
        final AtomicInteger pending = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        final Counter consumer = new Counter(() -> {
            final int taken = pending.getAndSet(0);
            done.addAndGet(taken);
            return 0;
        });
        try (MediaThreads media = MediaThreads.start(2)) {
            final MediaThreads.Turn turn = media.add(consumer);
            for (int i = 1; i <= 20_000; i++) {
                pending.incrementAndGet();
                turn.wake();
                if (i % 100 == 0) {
                    final int expected = i;
                    await(() -> done.get() == expected);
                }
            }
        }
        assertThat(done).hasValue(20_000);
        assertThat(consumer.overlap).isFalse();
    }

    @Test
    void shouldEndOnlyTheAgentThatFails() {
        final Counter failing = new Counter(() -> {
            throw new IllegalStateException("on purpose");
        });
        final Counter leaving = new Counter(() -> {
            throw new AgentTerminationException(true);
        });
        final Counter healthy = new Counter(() -> 1);
        try (MediaThreads media = MediaThreads.start(1)) {
            final MediaThreads.Turn failed = media.add(failing);
            final MediaThreads.Turn left = media.add(leaving);
            media.add(healthy);
            await(() -> failed.isOver() && left.isOver() && healthy.turns.get() > 100);

            assertThat(failing.turns).hasValue(1);
            assertThat(failing.closes).hasValue(1);
            assertThat(leaving.closes).hasValue(1);
            assertThat(media.agents()).isOne();
        }
    }

    @Test
    void shouldEndAnAgentOnceItIsRemovedAndAllWhenItIsClosed() {
        final Counter removed = new Counter(() -> 0);
        final Counter kept = new Counter(() -> 0);
        final MediaThreads media = MediaThreads.start(2);
        final MediaThreads.Turn turn = media.add(removed);
        final MediaThreads.Turn other = media.add(kept);
        turn.remove();
        turn.remove();
        await(turn::isOver);
        assertThat(other.isOver()).isFalse();
        media.close();
        media.close();

        assertThat(other.isOver()).isTrue();
        assertThat(removed.closes).hasValue(1);
        assertThat(kept.closes).hasValue(1);
        assertThat(Thread.getAllStackTraces().keySet())
            .noneMatch(thread -> thread.getName().startsWith("trickle-media"));
        assertThatThrownBy(() -> media.add(new Counter(() -> 0))).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("closed=true");
    }

    private static void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time left").isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }
}
