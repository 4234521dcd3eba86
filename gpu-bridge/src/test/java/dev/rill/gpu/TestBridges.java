package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Launches bridges for the contract suite and waits for conditions. */
final class TestBridges {
    static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    private static final Logger LOGGER = LoggerFactory.getLogger(TestBridges.class);

    private TestBridges() {
    }

    /** What the contract holds for: both processors, and every GPU, or the simulator in its place. */
    static List<String> devices() {
        final List<String> names = new ArrayList<>(List.of("java", "cpu"));
        Bridge.devices().stream().filter(device -> device.usable() && !"cpu".equals(device.kind()))
            .forEach(device -> names.add(device.name()));
        return names;
    }

    static Bridge launch(final String device, final int threads) {
        return launch(device, new BridgeContext().threads(threads));
    }

    /** Skips, with the reason, where the native library is missing, unless the environment asks for it. */
    static Bridge launch(final String device, final BridgeContext context) {
        if ("cpu".equals(device)) {
            final DeviceInfo cpu = Bridge.devices().get(0);
            if (!cpu.usable() && !context.requireNative()) {
                LOGGER.warn("device 'cpu' skipped: {}", cpu.refusal());
                assumeTrue(false, "device 'cpu' skipped: " + cpu.refusal());
            }
        }
        return Bridge.launch(context.device(device));
    }

    static void await(final BooleanSupplier condition, final Supplier<String> state) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadlineNs).as(state).isNegative();
            LockSupport.parkNanos(100_000);
        }
    }

    /** Waits until there is a value. */
    static <T> T awaitValue(final Supplier<Optional<T>> supplier) {
        final List<T> found = new ArrayList<>(1);
        await(() -> {
            supplier.get().ifPresent(found::add);
            return !found.isEmpty();
        }, () -> "no value");
        return found.get(0);
    }

    /** Polls until {@code count} completions were handed over. */
    static void pollAll(final BridgeSession session, final CompletionHandler handler, final int count) {
        final int[] polled = {0};
        await(() -> (polled[0] += session.poll(handler, count - polled[0])) >= count,
            () -> session + ": polled " + polled[0] + " of " + count);
    }

    /** Releases both slots and expects success. */
    static CompletionHandler releasing() {
        return (ticket, status, in, out, version, startNs, endNs) -> {
            in.release();
            out.release();
            assertThat(status).as("status of ticket %d", ticket).isEqualTo(BridgeSession.OK);
        };
    }

    /** Threads of this process that belong to any bridge, Java's and native ones. */
    static long deviceThreads() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(TestBridges::nameOf)
                .filter(name -> name.startsWith("rill-cpu") || name.startsWith("rill-gpu"))
                .count();
        } catch (final IOException ex) {
            return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rill-gpu")).count();
        }
    }

    private static String nameOf(final Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (final IOException ex) {
            return "gone";
        }
    }
}
