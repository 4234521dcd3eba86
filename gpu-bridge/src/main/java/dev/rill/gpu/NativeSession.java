package dev.rill.gpu;

import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.ParameterBlock;
import dev.rill.gpu.internal.RillNative;

/** A session of a native device. */
final class NativeSession implements DeviceSession {
    /** In place of a plug-in, for models that the device knows by name. */
    static final long BUILT_IN = 0;

    private final long handle;
    private final long plugin;
    private final ParameterBlock block;
    private ModelParameters written;
    private volatile boolean isClosed;

    /** Takes over the plug-in of the model, or has {@link #BUILT_IN} instead. */
    NativeSession(final long handle, final long plugin, final int parameterCount) {
        this.handle = handle;
        this.plugin = plugin;
        block = new ParameterBlock(parameterCount);
    }

    @Override
    public int submit(final FrameSlot in, final FrameSlot out, final long ticket, final ModelParameters parameters) {
        if (parameters != written) {
            write(parameters);
        }
        return RillNative.rill_submit(handle, poolOf(in), in.index(), poolOf(out), out.index(), ticket,
            block.address());
    }

    @Override
    public void check() {
        RillNative.rill_session_check(handle);
    }

    @Override
    public String failure() {
        return plugin == BUILT_IN || isClosed ? "" : NativeCalls.failureOf(handle);
    }

    @Override
    public DeviceTimes times() {
        if (isClosed) {
            return DeviceTimes.UNKNOWN;
        }
        final long[] sums = NativeCalls.timesOf(handle);
        return new DeviceTimes(sums[0], sums[1], sums[2], sums[3]);
    }

    @Override
    public int close(final long timeoutNs) {
        if (!isClosed) {
            final int code = RillNative.rill_session_close(handle, timeoutNs);
            if (code != BridgeSession.OK) {
                return code;
            }
            isClosed = true;
            block.close();
            if (plugin != BUILT_IN) {
                RillNative.rill_plugin_close(plugin);
            }
        }
        return BridgeSession.OK;
    }

    private void write(final ModelParameters parameters) {
        block.version(parameters.version());
        for (int i = 0; i < parameters.count(); i++) {
            block.value(i, parameters.valueAt(i));
        }
        written = parameters;
    }

    /** The bridge hands only slots of its own pools on, and those have this kind of memory. */
    private static long poolOf(final FrameSlot slot) {
        return ((NativeMemory) slot.pool().memory()).handle();
    }
}
