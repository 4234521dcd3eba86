package dev.rill.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GateTest {
    private final AtomicInteger drained = new AtomicInteger();
    private final Gate gate = new Gate(drained::incrementAndGet);

    @Test
    void shouldRunActionAtOnceWhenNobodyIsInside() {
        assertThat(gate.close()).isTrue();
        assertThat(gate.close()).isFalse();
        assertThat(gate.enter()).isFalse();
        assertThat(drained).hasValue(1);
    }

    @Test
    void shouldRunActionWhenLastOneLeaves() {
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
        gate.exit();
        assertThat(gate.close()).isTrue();
        assertThat(gate.isClosed()).isTrue();
        assertThat(gate.users()).isEqualTo(1);
        assertThat(drained).hasValue(0);
        gate.exit();
        assertThat(drained).hasValue(1);
    }

    @Test
    void shouldRunActionExactlyOnceUnderContention() throws Exception {
        for (int round = 0; round < 200; round++) {
            final AtomicInteger runs = new AtomicInteger();
            final AtomicInteger inside = new AtomicInteger();
            final AtomicInteger insideAtDrain = new AtomicInteger(-1);
            final Gate contended = new Gate(() -> {
                runs.incrementAndGet();
                insideAtDrain.set(inside.get());
            });
            final CountDownLatch entered = new CountDownLatch(3);
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(new Thread(() -> enterUntilClosed(contended, inside, entered)));
            }
            threads.forEach(Thread::start);
            entered.await();
            contended.close();
            for (final Thread thread : threads) {
                thread.join(20_000);
            }
            assertThat(runs).as("runs in round %d", round).hasValue(1);
            assertThat(insideAtDrain).as("inside when drained in round %d", round).hasValue(0);
        }
    }

    private static void enterUntilClosed(
        final Gate gate, final AtomicInteger inside, final CountDownLatch entered) {
        while (gate.enter()) {
            inside.incrementAndGet();
            entered.countDown();
            inside.decrementAndGet();
            gate.exit();
        }
    }
}
