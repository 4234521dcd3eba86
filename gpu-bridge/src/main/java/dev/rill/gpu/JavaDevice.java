package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.OffHeap;
import java.util.Arrays;
import java.util.Set;
import org.agrona.concurrent.NanoClock;

/**
 * The stand-in where no native library can be used: the built-in models in plain Java on threads of its own, with the
 * same interface, completion block and results as the native device.
 */
final class JavaDevice implements Device {
    private static final Set<String> CAPABILITIES = Set.of("i420", "nv12");

    private final DeviceInfo info;
    private final NanoClock clock;
    private final HostFaults faults = new HostFaults();
    private final HostExecutor executor;
    private final RowScratch[] scratches;

    JavaDevice(final BridgeContext context) {
        info = probe();
        if (!info.usable()) {
            throw new BridgeException(Code.UNSUPPORTED, "device 'java' cannot be used: " + info.refusal());
        }
        clock = context.nanoClock();
        executor = new HostExecutor("rill-gpu-java", context.threads());
        scratches = new RowScratch[context.threads()];
        Arrays.setAll(scratches, worker -> new RowScratch());
    }

    /** Needs JNA's own library, which allocates the slots. */
    static DeviceInfo probe() {
        final String refusal = OffHeap.refusal();
        return new DeviceInfo("java", "cpu", "plain Java kernels, no native library", refusal.isEmpty(), refusal,
            CAPABILITIES);
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public SlotMemory allocate(final FrameFormat format, final int slots, final boolean forResults) {
        return new JavaMemory(format, slots);
    }

    @Override
    public DeviceSession open(
        final Model model, final FrameFormat format, final int window, final CompletionBlock block) {
        final JavaKernels kernels = JavaKernels.of(model, format);
        final HostKernel kernel =
            (worker, in, out, values) -> kernels.run(in.memory(), out.memory(), values, scratches[worker]);
        return new HostSession(executor, faults, kernel, model, block, clock);
    }

    @Override
    public double measureCopy(final FramePool pool, final int rounds, final CopyDirection direction) {
        final int bytes = pool.format().spanBytes();
        final long beginNs = System.nanoTime();
        for (int i = 0; i < rounds; i++) {
            pool.memory().slot(1).put(0, pool.memory().slot(0), 0, bytes);
        }
        return (double) (System.nanoTime() - beginNs) / rounds;
    }

    @Override
    public void injectFault(final long delayNs, final int status) {
        faults.inject(delayNs, status);
    }

    @Override
    public int close(final long timeoutNs) {
        faults.stop();
        return executor.close(timeoutNs);
    }
}
