package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.gpu.Bridge;
import dev.rill.jobs.Orchestrator;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After close nothing is left: no thread, no port, no frame pool, no growth of native memory. */
class CleanCloseTest {
    /**
     * Threads that the platform starts once per process, whoever uses it: of the JDK, and the ones that free what a
     * collector found for JNA and JavaCPP.
     */
    private static final List<String> OF_THE_PROCESS = List.of(
        "Attach Listener", "Cleaner-", "Common-Cleaner", "Finalizer", "JNA Cleaner", "JavaCPP Deallocator",
        "Keep-Alive-Timer", "Notification Thread", "Reference Handler", "Signal Dispatcher", "process reaper");

    private static Set<Thread> before;

    @TempDir
    private Path folder;

    @BeforeAll
    static void rememberThreads() {
        before = threads();
    }

    @AfterEach
    void shouldLeaveNoThreadBehind() throws InterruptedException {
        // Netty's globalEventExecutor leaves by itself after a second without work.
        Scenario.await("threads gone, left: " + left(), () -> left().isEmpty());
    }

    @Test
    void shouldLeaveNoThreadAndNoPortBehind() throws InterruptedException, IOException {
        final int port = runSession("only");

        Scenario.await("threads gone, left: " + left(), () -> left().isEmpty());
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // Connections of the session may linger in TIME_WAIT.
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            assertThat(socket.isBound()).isTrue();
        }
    }

    @Test
    void shouldLeaveNoNativeMemoryBehind() throws InterruptedException {
        runSession("warm-up");
        runSession("warm-up again");
        final Map<String, Long> warm = NativeMemory.settled();

        for (int i = 0; i < 4; i++) {
            runSession("measured " + i);
        }

        final Map<String, Long> used = NativeMemory.settled();
        assertSoftly(all -> warm.forEach((owner, bytes) ->
            all.assertThat(used.get(owner)).as("bytes of %s after four more sessions", owner)
                .isLessThan(bytes + NativeMemory.slackBytes(owner))));
    }

    @Test
    void shouldGiveEveryFramePoolBackWhileTheOrchestratorLives() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.BATCH))) {
            final Bridge bridge = bridgeOf(scenario.orchestrator);
            try (GatewaySession session = scenario.start("tint", 60, folder.resolve("out.ts"))) {
                Scenario.await("first frames", () -> session.report().framesOut() > 10);
                assertThat(bridge.openPools()).as("the counters count").isGreaterThanOrEqualTo(2);
                assertThat(bridge.openSessions()).isEqualTo(1);
            }
            Scenario.await("no session at the orchestrator", () -> scenario.orchestrator.sessionCount() == 0);

            assertThat(bridge.openSessions()).isZero();
            assertThat(bridge.outstandingSlots()).isZero();
            assertThat(bridge.openPools()).isZero();
        }
    }

    @Test
    void shouldStopInMidSessionWithinBounds() throws InterruptedException {
        final Bridge bridge;
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("invert", 60, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);
            bridge = bridgeOf(scenario.orchestrator);
            scenario.orchestrator.close();
        }

        assertThat(bridge.outstandingSlots()).isZero();
        assertThat(bridge.openPools()).isZero();
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

    /** An orchestrator keeps its bridge to itself; here the bridge's own counters are wanted. */
    private static Bridge bridgeOf(final Orchestrator orchestrator) {
        try {
            final Field field = Orchestrator.class.getDeclaredField("bridge");
            field.setAccessible(true);
            return (Bridge) field.get(orchestrator);
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError("the orchestrator's bridge is not where it was", e);
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).collect(Collectors.toSet());
    }

    private static Set<Thread> left() {
        final Set<Thread> left = threads();
        left.removeAll(before);
        left.removeIf(thread -> OF_THE_PROCESS.stream().anyMatch(thread.getName()::startsWith));
        return left;
    }
}
