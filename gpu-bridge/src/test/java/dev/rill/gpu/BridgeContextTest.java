package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

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

        final Device device = Devices.openFirstUsable(new BridgeContext().requireNative(false), refused);
        assertThat(device.info().name()).isEqualTo("java");
        assertThat(device.close(TestBridges.DEADLINE_NS)).isZero();
        assertThatThrownBy(() -> Devices.openFirstUsable(
            new BridgeContext().requireNative(true), refused))
            .isInstanceOf(BridgeException.class)
            .hasMessageContaining("RILL_REQUIRE_NATIVE=1").hasMessageContaining("no librill.so is packaged");
    }

    @Test
    void shouldPreferNativeDeviceWhereItIsUsable() {
        final boolean isUsable = Bridge.devices().get(0).usable();
        try (Bridge bridge = Bridge.launch(new BridgeContext().device("auto"))) {
            assertThat(bridge.device().name()).isEqualTo(isUsable ? "cpu" : "java");
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
