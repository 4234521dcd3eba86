package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.NativeLibraryLoader;
import dev.rill.gpu.internal.RillNative;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** A device of the native library: the processor's kernels on native threads, or a GPU through the CUDA driver. */
final class NativeDevice implements Device {
    private static final String CPU = "cpu";
    private static final Map<Integer, String> KINDS = Map.of(1, CPU, 2, "cuda", 3, "simulator");
    private static final Map<Integer, String> CAPABILITIES = Map.of(
        1, "i420", 2, "nv12", 4, "avx2", 8, "avx512", 16, "write64", 32, "ipc", 64, DeviceInfo.WHOLE_SLOTS);

    private final DeviceInfo info;
    private final long handle;

    private NativeDevice(final DeviceInfo info, final long handle) {
        this.info = info;
        this.handle = handle;
    }

    /** Every device of the library, the processor first; that one is there in any case, if only to say why not. */
    static List<DeviceInfo> probe() {
        final String refusal = NativeLibraryLoader.refusal();
        if (!refusal.isEmpty()) {
            return List.of(new DeviceInfo(CPU, CPU, "native kernels", false, refusal, Set.of()));
        }
        return NativeCalls.probe().stream().map(NativeDevice::describe).toList();
    }

    /** The processor alone: the driver of a GPU is not looked for. */
    static DeviceInfo probeCpu() {
        return NativeLibraryLoader.refusal().isEmpty() ? describe(NativeCalls.describeCpu()) : probe().get(0);
    }

    private static DeviceInfo describe(final NativeCalls.Info found) {
        return new DeviceInfo(found.name(), KINDS.getOrDefault(found.kind(), "unknown"), found.description(),
            found.isUsable(), found.refusal(), capabilities(found.capabilities()));
    }

    private static Set<String> capabilities(final int bits) {
        final Set<String> names = new HashSet<>(Set.of("native"));
        CAPABILITIES.forEach((bit, name) -> {
            if ((bits & bit) != 0) {
                names.add(name);
            }
        });
        return names;
    }

    static NativeDevice open(final String name, final int threads) {
        final List<DeviceInfo> devices = CPU.equals(name) ? List.of(probeCpu()) : probe();
        for (int index = 0; index < devices.size(); index++) {
            if (devices.get(index).name().equals(name)) {
                return open(devices.get(index), index, threads);
            }
        }
        throw new BridgeException(Code.UNSUPPORTED, "device '" + name + "' is not there: known are "
            + String.join(", ", devices.stream().map(DeviceInfo::name).toList()) + refusals(devices));
    }

    private static String refusals(final List<DeviceInfo> devices) {
        final StringBuilder text = new StringBuilder();
        devices.stream().filter(device -> !device.usable())
            .forEach(device -> text.append("; ").append(device.name()).append(": ").append(device.refusal()));
        return text.toString();
    }

    private static NativeDevice open(final DeviceInfo info, final int index, final int threads) {
        if (!info.usable()) {
            throw new BridgeException(
                Code.UNSUPPORTED, "device '" + info.name() + "' cannot be used: " + info.refusal());
        }
        final long handle = NativeCalls.openDevice(index, threads);
        if (handle < 0 && handle >= Code.BAD_PARAMETER) {
            throw new BridgeException(
                (int) handle, "device '" + info.name() + "' cannot be opened: " + NativeCalls.lastError());
        }
        return new NativeDevice(info, handle);
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public SlotMemory allocate(final FrameFormat format, final int slots, final boolean forResults) {
        final NativeCalls.Pool pool = NativeCalls.createPool(
            handle, geometry(format), slots, forResults ? NativeCalls.POOL_WRITABLE : 0);
        if (pool == null) {
            throw new BridgeException(Code.NO_MEMORY, "pool " + format + ": " + NativeCalls.lastError());
        }
        return new NativeMemory(pool, format.sizeBytes(), forResults);
    }

    @Override
    public DeviceSession open(
        final Model model, final FrameFormat format, final int window, final CompletionBlock block) {
        return open(model, NativeSession.BUILT_IN, format, window, block);
    }

    /** Opens a session of a model that a plug-in holds; it closes the plug-in when it is closed itself. */
    DeviceSession open(
        final Model model, final long plugin, final FrameFormat format, final int window,
        final CompletionBlock block) {
        final int count = model.parameters().size();
        final long session =
            NativeCalls.openSession(handle, model.name(), plugin, count, geometry(format), window, block);
        if (session < 0 && session >= Code.BAD_PARAMETER) {
            throw new BridgeException((int) session,
                "session " + model + " " + format + " cannot be opened: " + NativeCalls.lastError());
        }
        return new NativeSession(session, plugin, count);
    }

    @Override
    public double measureCopy(final FramePool pool, final int rounds, final CopyDirection direction) {
        final double ns = NativeCalls.awaitCopies(handle, ((NativeMemory) pool.memory()).handle(),
            pool.format().spanBytes(), rounds, direction.bits());
        if (ns < 0) {
            throw new BridgeException((int) ns, "copies of " + pool + ": " + NativeCalls.lastError());
        }
        return ns;
    }

    @Override
    public void injectFault(final long delayNs, final int status) {
        RillNative.rill_device_fault(handle, delayNs, status);
    }

    @Override
    public int close(final long timeoutNs) {
        return RillNative.rill_device_close(handle, timeoutNs);
    }

    static NativeCalls.Geometry geometry(final FrameFormat format) {
        return new NativeCalls.Geometry(format.pixelFormat() == PixelFormat.NV12 ? 1 : 0, format.width(),
            format.height(), perPlane(format, format::planeOffset), perPlane(format, format::planeStride),
            perPlane(format, format::planeWidth), perPlane(format, format::planeRows),
            format.colours().ordinal(), format.sizeBytes());
    }

    private static int[] perPlane(final FrameFormat format, final IntUnaryOperator property) {
        return IntStream.range(0, format.planeCount()).map(property).toArray();
    }
}
