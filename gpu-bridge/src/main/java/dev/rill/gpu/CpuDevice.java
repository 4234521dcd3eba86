package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.NativeLibraryLoader;
import dev.rill.gpu.internal.RillNative;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** The native library's CPU device: vectorised kernels on native threads. */
final class CpuDevice implements Device {
    private static final String NAME = "cpu";
    private static final int CAPABILITY_I420 = 1;
    private static final int CAPABILITY_NV12 = 2;
    private static final int CAPABILITY_AVX2 = 4;
    private static final int CAPABILITY_AVX512 = 8;

    private final DeviceInfo info;
    private final long handle;

    private CpuDevice(final DeviceInfo info, final long handle) {
        this.info = info;
        this.handle = handle;
    }

    static DeviceInfo probe() {
        final String refusal = NativeLibraryLoader.refusal();
        if (!refusal.isEmpty()) {
            return new DeviceInfo(NAME, "cpu", "native kernels", false, refusal, Set.of());
        }
        final NativeCalls.Info found = NativeCalls.probe();
        return new DeviceInfo(NAME, "cpu", found.description(), found.isUsable(), found.refusal(),
            capabilities(found.capabilities()));
    }

    static CpuDevice open(final int threads) {
        final DeviceInfo info = probe();
        if (!info.usable()) {
            throw new BridgeException(Code.UNSUPPORTED, "device 'cpu' cannot be used: " + info.refusal());
        }
        final long handle = NativeCalls.openDevice(threads);
        if (handle < 0 && handle >= Code.BAD_PARAMETER) {
            throw new BridgeException((int) handle, "device 'cpu' cannot be opened: " + NativeCalls.lastError());
        }
        return new CpuDevice(info, handle);
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public SlotMemory allocate(final FrameFormat format, final int slots) {
        final NativeCalls.Pool pool = NativeCalls.createPool(handle, geometry(format), slots);
        if (pool == null) {
            throw new BridgeException(Code.NO_MEMORY, "pool " + format + ": " + NativeCalls.lastError());
        }
        return new CpuMemory(pool, format.sizeBytes());
    }

    @Override
    public DeviceSession open(
        final Model model, final FrameFormat format, final int window, final CompletionBlock block) {
        final int count = model.parameters().size();
        final long session =
            NativeCalls.openSession(handle, model.name(), count, geometry(format), window, block);
        if (session < 0 && session >= Code.BAD_PARAMETER) {
            throw new BridgeException((int) session,
                "session " + model + " " + format + " cannot be opened: " + NativeCalls.lastError());
        }
        return new CpuSession(session, count);
    }

    @Override
    public void injectFault(final long delayNs, final int status) {
        RillNative.rill_device_fault(handle, delayNs, status);
    }

    @Override
    public int close(final long timeoutNs) {
        return RillNative.rill_device_close(handle, timeoutNs);
    }

    private static NativeCalls.Geometry geometry(final FrameFormat format) {
        return new NativeCalls.Geometry(format.pixelFormat() == PixelFormat.NV12 ? 1 : 0, format.width(),
            format.height(), perPlane(format, format::planeOffset), perPlane(format, format::planeStride),
            perPlane(format, format::planeWidth), perPlane(format, format::planeRows), format.sizeBytes());
    }

    private static int[] perPlane(final FrameFormat format, final IntUnaryOperator property) {
        return IntStream.range(0, format.planeCount()).map(property).toArray();
    }

    private static Set<String> capabilities(final int bits) {
        final Set<String> names = new HashSet<>(Set.of("native"));
        add(names, bits, CAPABILITY_I420, "i420");
        add(names, bits, CAPABILITY_NV12, "nv12");
        add(names, bits, CAPABILITY_AVX2, "avx2");
        add(names, bits, CAPABILITY_AVX512, "avx512");
        return names;
    }

    private static void add(final Set<String> names, final int bits, final int bit, final String name) {
        if ((bits & bit) != 0) {
            names.add(name);
        }
    }
}
