package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BridgeContextTest {
    @Test
    void shouldRefuseUnfitOptionsNamingThem() {
        assertRefused(new BridgeContext().device("tpu"), "unknown device 'tpu': known are auto, cpu, java, cuda");
        assertRefused(new BridgeContext().device(null), "unknown device 'null'");
        assertRefused(new BridgeContext().threads(0), "threads=0, expected 1 to 64");
        assertRefused(new BridgeContext().threads(65), "threads=65, expected 1 to 64");
        assertRefused(new BridgeContext().closeTimeoutNs(0), "closeTimeoutNs=0");
        assertRefused(new BridgeContext().nanoClock(null), "nanoClock is null");
    }

    @Test
    void shouldRefuseSecondUseAndLateChanges() {
        final BridgeContext context = new BridgeContext().device("java").conclude();

        assertThatThrownBy(context::conclude).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.threads(2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Bridge.launch(context)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldFallBackToJavaAndSayWhyUnlessNativeIsRequired() {
        final DeviceInfo refused = new DeviceInfo("cpu", "cpu", "", false, "no librill.so is packaged", Set.of());

        final Device device = Devices.openFirstUsable(new BridgeContext().requireNative(false), List.of(refused));
        assertThat(device.info().name()).isEqualTo("java");
        assertThat(device.close(TestBridges.DEADLINE_NS)).isZero();
        assertThatThrownBy(() -> Devices.openFirstUsable(
            new BridgeContext().requireNative(true), List.of(refused)))
            .isInstanceOf(BridgeException.class)
            .hasMessageContaining("RILL_REQUIRE_NATIVE=1").hasMessageContaining("no librill.so is packaged");
    }

    @Test
    void shouldPreferAGpuToTheProcessorAndThatToJavaAndNeverASimulator() {
        final List<DeviceInfo> devices = Bridge.devices();
        final String expected = devices.stream().filter(device -> device.usable() && "cuda".equals(device.kind()))
            .map(DeviceInfo::name).findFirst().orElse(devices.get(0).usable() ? "cpu" : "java");
        try (Bridge bridge = Bridge.launch(new BridgeContext().device("auto"))) {
            assertThat(bridge.device().name()).isEqualTo(expected);
        }
    }

    @Test
    void shouldPassOverAGpuThatCannotBeOpened() {
        final DeviceInfo gone = new DeviceInfo("cuda:77", "cuda", "gone since it was listed", true, "", Set.of());
        final DeviceInfo cpu = Bridge.devices().get(0);

        final Device device =
            Devices.openFirstUsable(new BridgeContext().requireNative(false), List.of(cpu, gone));
        assertThat(device.info().name()).isEqualTo(cpu.usable() ? "cpu" : "java");
        assertThat(device.close(TestBridges.DEADLINE_NS)).isZero();
    }

    @ParameterizedTest
    @MethodSource("dev.rill.gpu.TestBridges#devices")
    void shouldMeasureCopiesOfEveryDevice(final String name) {
        final FrameFormat format = FrameFormat.of(PixelFormat.NV12, 64, 32);
        try (Bridge bridge = TestBridges.launch(name, 1)) {
            for (final CopyDirection direction : CopyDirection.values()) {
                assertThat(bridge.measureCopy(format, 10, direction)).as("%s %s", name, direction).isPositive();
            }
            assertThat(bridge.openPools()).isZero();
        }
    }

    @Test
    void shouldListEveryDevice() {
        final List<DeviceInfo> devices = Bridge.devices();
        assertThat(devices.get(0).name()).isEqualTo("cpu");
        assertThat(devices.get(devices.size() - 1).name()).isEqualTo("java");
        assertThat(Bridge.devices()).allSatisfy(device -> {
            assertThat(device.refusal().isEmpty()).isEqualTo(device.usable());
            assertThat(device.description()).isNotBlank();
        });
        assertThat(devices.get(devices.size() - 1).usable()).isTrue();
    }

    private static void assertRefused(final BridgeContext context, final String text) {
        assertThatThrownBy(context::conclude).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(text);
    }
}
