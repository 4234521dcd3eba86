package dev.rill.gpu;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows every device of this host and build, and opens the one that a context asks for. */
final class Devices {
    private static final Logger LOGGER = LoggerFactory.getLogger(Devices.class);

    private Devices() {
    }

    static List<DeviceInfo> list() {
        final List<DeviceInfo> devices = new ArrayList<>(NativeDevice.probe());
        devices.add(JavaDevice.probe());
        return devices;
    }

    static Device open(final BridgeContext context) {
        return switch (context.device()) {
            case "auto" -> openFirstUsable(context, NativeDevice.probeCpu());
            case "java" -> new JavaDevice(context);
            default -> NativeDevice.open(context.device(), context.threads());
        };
    }

    /** The processor by the native library, or else in Java; a GPU has to be named until the code has run on one. */
    static Device openFirstUsable(final BridgeContext context, final DeviceInfo cpu) {
        if (cpu.usable()) {
            return NativeDevice.open(cpu.name(), context.threads());
        }
        final String refusal = cpu.refusal();
        if (context.requireNative()) {
            throw new BridgeException(Code.UNSUPPORTED, "the native library is required ("
                + BridgeContext.REQUIRE_NATIVE_VARIABLE + "=1 or requireNative) but device 'cpu' cannot be used: "
                + refusal);
        }
        LOGGER.warn("device 'java' takes the place of 'cpu': {}", refusal);
        return new JavaDevice(context);
    }
}
