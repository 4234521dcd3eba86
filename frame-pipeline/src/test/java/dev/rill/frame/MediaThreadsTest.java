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

    @Test
    void shouldGiveEveryOtherAgentATurnBetweenTwoTurnsOfOne() {
        final int count = 20;
        final List<Integer> order = new ArrayList<>();
        final AtomicBoolean complete = new AtomicBoolean();
        final AtomicBoolean full = new AtomicBoolean();
        try (MediaThreads media = MediaThreads.start(1)) {
            for (int i = 0; i < count; i++) {
                final int id = i;
                media.add(new Counter(() -> {
                    if (complete.get() && order.size() < 100 * count) {
                        order.add(id); // One thread runs all, so its list needs no lock.
                    }
                    full.set(order.size() == 100 * count);
                    return 1;
                }));
            }
            complete.set(true);
            await(full::get);
        }
        for (int at = 0; at + count <= order.size(); at += count) {
            assertThat(order.subList(at, at + count)).as("turns %d to %d", at, at + count - 1).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldRunEveryAgentOnOneThreadAtATime(final int threads) {
        final List<Counter> counters = new ArrayList<>();
        try (MediaThreads media = MediaThreads.start(threads)) {
            for (int i = 0; i < 20; i++) {
                counters.add(new Counter(() -> 1));
            }
            counters.forEach(media::add);
            await(() -> counters.stream().allMatch(counter -> counter.turns.get() > 500));

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

    /** Two agents meet in each round: neither goes on before the other one has come, which takes both threads. */
    @Test
    void shouldWakeAsManyThreadsAsAgentsThatAreWoken() {
        final AtomicInteger rounds = new AtomicInteger();
        final AtomicInteger arrivals = new AtomicInteger();
        final AtomicInteger meetings = new AtomicInteger();
        try (MediaThreads media = MediaThreads.start(2)) {
            final MediaThreads.Turn first = media.add(new Counter(meeting(rounds, arrivals, meetings)));
            final MediaThreads.Turn second = media.add(new Counter(meeting(rounds, arrivals, meetings)));
            for (int round = 1; round <= 300; round++) {
                final int expected = 2 * round;
                rounds.incrementAndGet();
                first.wake();
                second.wake();
                await(() -> meetings.get() == expected);
            }
        }
        assertThat(meetings).hasValue(600);
    }

    private static IntSupplier meeting(
        final AtomicInteger rounds, final AtomicInteger arrivals, final AtomicInteger meetings) {
        final int[] done = new int[1];
        return () -> {
            if (done[0] < rounds.get()) {
                done[0]++;
                arrivals.incrementAndGet();
                await(() -> arrivals.get() >= 2 * done[0]);
                meetings.incrementAndGet();
            }
            return 0;
        };
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
