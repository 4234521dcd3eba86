package dev.rill.gpu;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows every device of this build and opens the one that a context asks for. */
final class Devices {
    private static final Logger LOGGER = LoggerFactory.getLogger(Devices.class);

    private Devices() {
    }

    static List<DeviceInfo> list() {
        return List.of(CpuDevice.probe(), JavaDevice.probe());
    }

    static Device open(final BridgeContext context) {
        return switch (context.device()) {
            case "cpu" -> CpuDevice.open(context.threads());
            case "java" -> new JavaDevice(context);
            default -> openFirstUsable(context, CpuDevice.probe());
        };
    }

    static Device openFirstUsable(final BridgeContext context, final DeviceInfo cpu) {
        if (cpu.usable()) {
            return CpuDevice.open(context.threads());
        }
        if (context.requireNative()) {
            throw new BridgeException(Code.UNSUPPORTED, "the native library is required ("
                + BridgeContext.REQUIRE_NATIVE_VARIABLE + "=1 or requireNative) but device 'cpu' cannot be used: "
                + cpu.refusal());
        }
        LOGGER.warn("device 'java' takes the place of 'cpu': {}", cpu.refusal());
        return new JavaDevice(context);
    }
}
