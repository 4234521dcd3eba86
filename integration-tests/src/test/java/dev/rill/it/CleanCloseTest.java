package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After close nothing is left: no thread, no port, no growth of direct memory from session to session. */
class CleanCloseTest {
    private static final long MEMORY_SLACK = 4L << 20;
    private static final List<String> OF_THE_JVM =
        List.of("Attach Listener", "Cleaner", "Keep-Alive", "Reference Handler", "globalEventExecutor");

    @TempDir
    private Path folder;

    @Test
    void shouldLeaveNoThreadAndNoPortBehind() throws InterruptedException, IOException {
        runSession("warm-up");
        final Set<String> before = threads();

        final int port = runSession("measured");

        Scenario.await("threads gone, left: " + left(before), () -> left(before).isEmpty());
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // Connections of the session may linger in TIME_WAIT.
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    void shouldLeaveNoDirectMemoryBehind() throws InterruptedException {
        runSession("warm-up");
        runSession("warm-up again");
        final long before = settledDirectMemory();

        for (int i = 0; i < 4; i++) {
            runSession("measured " + i);
        }

        assertThat(settledDirectMemory()).as("direct memory in bytes after four more sessions")
            .isLessThan(before + MEMORY_SLACK);
    }

    @Test
    void shouldStopInMidSessionWithinBounds() throws InterruptedException {
        final Set<String> before = threads();
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("invert", 60, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);
            scenario.orchestrator.close();
        }

        Scenario.await("threads gone, left: " + left(before), () -> left(before).isEmpty());
    }

    private int runSession(final String name) throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.BATCH));
            GatewaySession session = scenario.start("invert", 2, SourcePace.FAST, folder.resolve(name + ".ts"))) {
            assertThat(Scenario.awaitEnd(session).failure()).isNull();
            assertThat(session.report().framesOut()).isEqualTo(60);
            Scenario.await("no session at the orchestrator", () -> scenario.orchestrator.sessionCount() == 0);
            assertThat(scenario.orchestrator.server().channels().names()).isEmpty();
            return scenario.orchestrator.server().port();
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(Thread::isAlive).map(Thread::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> left(final Set<String> before) {
        final Set<String> left = threads();
        left.removeAll(before);
        left.removeIf(name -> OF_THE_JVM.stream().anyMatch(name::startsWith));
        return left;
    }

    private static long settledDirectMemory() throws InterruptedException {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(50);
            used = Math.min(used, directMemory());
        }
        return used;
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> "direct".equals(pool.getName())).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }
}
