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
            case "auto" -> openFirstUsable(context, NativeDevice.probe());
            case "java" -> new JavaDevice(context);
            default -> NativeDevice.open(context.device(), context.threads());
        };
    }

    /** A GPU, or else the processor by the native library, or else in Java; never a simulator. */
    static Device openFirstUsable(final BridgeContext context, final List<DeviceInfo> devices) {
        final Device gpu = openGpu(context, devices);
        if (gpu != null) {
            return gpu;
        }
        final DeviceInfo cpu = devices.get(0);
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

    /** Null, with the reason in the log, where there is none that works. */
    private static Device openGpu(final BridgeContext context, final List<DeviceInfo> devices) {
        for (final DeviceInfo info : devices) {
            if (info.usable() && "cuda".equals(info.kind())) {
                try {
                    return NativeDevice.open(info.name(), context.threads());
                } catch (final BridgeException ex) {
                    LOGGER.warn("device '{}' is passed over: {}", info.name(), ex.getMessage());
                }
            }
        }
        return null;
    }
}
