package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plug-ins that are wrong, or fail at work. */
@Timeout(60)
class PluginFaultTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.I420, 16, 16);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "faulty-table|it exports no rill_plugin_table",
        "faulty-version|version 2, or with functions missing; expected 48 bytes version 1",
        "faulty-function|version 1, or with functions missing; expected 48 bytes version 1",
        "faulty-nameless|its name or description is empty or has no end",
        "faulty-endless|its name or description is empty or has no end",
        "faulty-devices|devices 8 and flags 0, expected 1 to 3 and 0 to 3",
        "faulty-parameters|14 parameters, expected at most 13",
        "faulty-default|parameter 0 has no name, a text without end, or a default outside of its range",
        "faulty-description|it cannot describe itself: answer -3",
    })
    void shouldRefuseALibraryAndNameWhatIsWrong(final String name, final String reason) {
        final Path file = Plugins.assumePresent(name);

        assertThatThrownBy(() -> Model.plugin(file)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(file.getFileName().toString()).hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseWhatIsNoLibrary() throws IOException {
        Plugins.assumePresent("mark");
        final Path text = Files.writeString(folder.resolve("text.so"), "not a library");

        assertThatThrownBy(() -> Model.plugin(text)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("text.so");
        assertThatThrownBy(() -> Model.plugin(folder.resolve("missing.so")))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("missing.so")
            .hasMessageContaining("No such file");
    }

    @Test
    void shouldRefuseADeviceThatLoadsNone() {
        final Model model = Model.plugin(Plugins.assumePresent("mark"));
        try (Bridge bridge = TestBridges.launch("java", 1)) {
            assertThatThrownBy(() -> bridge.openSession(model, FORMAT, 1)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("device 'java' does not load any");
        }
    }

    @Test
    void shouldRefuseASessionThatThePluginRefuses() {
        final Model model = Model.plugin(Plugins.assumePresent("faulty-open"));
        final Model tensor = Model.plugin(Plugins.assumePresent("faulty-tensor"));
        try (Bridge bridge = TestBridges.launch("cpu", 1)) {
            assertThatThrownBy(() -> bridge.openSession(model, FORMAT, 1)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("plug-in 'faulty' refuses 16x16: answer -5, as it was asked to");
            assertThatThrownBy(() -> bridge.openSession(tensor, FORMAT, 1)).isInstanceOf(BridgeException.class)
                .hasMessageContaining("tensor: missing, or size or version unknown");
        }
    }

    @Test
    void shouldFailTheFrameThatThePluginFailsAndNoOther() {
        final Model model = Model.plugin(Plugins.assumePresent("faulty-none"));
        try (Bridge bridge = TestBridges.launch("cpu", 2); FramePool pool = bridge.newPool(FORMAT, 16);
            BridgeSession session = bridge.openSession(model, FORMAT, 4);
            BridgeSession other = bridge.openSession(Model.builtIn("invert"), FORMAT, 4)) {
            final List<Integer> statuses = new ArrayList<>();
            final List<Integer> others = new ArrayList<>();
            for (final double answer : new double[] {0, -4, 0, -7}) {
                submit(session, pool, model.parameters(Map.of("answer", answer)));
                submit(other, pool, other.model().defaults());
            }
            TestBridges.pollAll(session, keeping(statuses), 4);
            TestBridges.pollAll(other, keeping(others), 4);

            assertThat(statuses).containsExactly(BridgeSession.OK, BridgeSession.KERNEL_FAILED, BridgeSession.OK,
                BridgeSession.KERNEL_FAILED);
            assertThat(session.failure()).isEqualTo("plug-in 'faulty': answer -7, as it was asked to");
            assertThat(others).containsOnly(BridgeSession.OK);
            assertThat(other.failure()).isEmpty();
        }
    }

    @Test
    void shouldGiveEverySlotBackWhenASlowSessionCloses() {
        final Model model = Model.plugin(Plugins.assumePresent("faulty-none"));
        try (Bridge bridge = TestBridges.launch("cpu", 2); FramePool pool = bridge.newPool(FORMAT, 16)) {
            try (BridgeSession session = bridge.openSession(model, FORMAT, 4)) {
                for (int i = 0; i < 4; i++) {
                    submit(session, pool, model.parameters(Map.of("answer", 100.0)));
                }
            }
            assertThat(pool.outstanding()).isZero();
        }
    }

    private static void submit(final BridgeSession session, final FramePool pool, final ModelParameters parameters) {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        assertThat(session.submit(in, out, parameters)).isNotNegative();
        in.release();
        out.release();
    }

    private static CompletionHandler keeping(final List<Integer> statuses) {
        return (ticket, status, in, out, version, startNs, endNs) -> {
            statuses.add(status);
            in.release();
            out.release();
        };
    }
}
