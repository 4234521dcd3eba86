package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.OffHeap;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * The stand-in where no native library can be used: the built-in models in plain Java on threads of its own, with the
 * same interface, completion block and results as the native device.
 */
final class JavaDevice implements Device {
    private static final Set<String> CAPABILITIES = Set.of("i420", "nv12");

    /** Bounds the jobs of all sessions together; beyond it submissions are pushed back. */
    private static final int QUEUE_CAPACITY = 4096;

    private final DeviceInfo info;
    private final NanoClock clock;
    private final MpmcVarHandleArrayQueue<JavaJob> queue = new MpmcVarHandleArrayQueue<>(QUEUE_CAPACITY);

    /** One permit per queued job; releasing one neither blocks nor allocates. */
    private final Semaphore queued = new Semaphore(0);
    private final Thread[] workers;
    private volatile boolean isStopped;
    private volatile long faultDelayNs;
    private volatile int faultStatus;

    JavaDevice(final BridgeContext context) {
        info = probe();
        if (!info.usable()) {
            throw new BridgeException(Code.UNSUPPORTED, "device 'java' cannot be used: " + info.refusal());
        }
        clock = context.nanoClock();
        workers = new Thread[context.threads()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Thread(this::work, "rill-gpu-java-" + i);
            workers[i].setDaemon(true);
            workers[i].start();
        }
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
        return new JavaSession(this, model, format, block, clock);
    }

    @Override
    public void injectFault(final long delayNs, final int status) {
        faultDelayNs = delayNs;
        faultStatus = isLost() ? BridgeSession.DEVICE_LOST : status;
    }

    @Override
    public int close(final long timeoutNs) {
        isStopped = true;
        for (final Thread worker : workers) {
            worker.interrupt();
        }
        // Real time: closing is bounded under an injected clock that stands still, too.
        final long deadlineNs = System.nanoTime() + timeoutNs;
        boolean isInterrupted = false;
        for (final Thread worker : workers) {
            while (worker.isAlive() && System.nanoTime() - deadlineNs < 0) {
                try {
                    worker.join(10);
                } catch (final InterruptedException ex) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        for (final Thread worker : workers) {
            if (worker.isAlive()) {
                return Code.TIMEOUT;
            }
        }
        return BridgeSession.OK;
    }

    boolean isLost() {
        return faultStatus == BridgeSession.DEVICE_LOST;
    }

    int faultStatus() {
        return faultStatus;
    }

    boolean isDelayed() {
        return faultDelayNs > 0;
    }

    boolean offer(final JavaJob job) {
        if (!queue.offer(job)) {
            return false;
        }
        queued.release();
        return true;
    }

    /** Waits as long as the injected fault says; a closing session cuts that no shorter than a hanging device would. */
    void awaitFault() {
        final long delayNs = faultDelayNs;
        if (delayNs > 0) {
            final long deadlineNs = System.nanoTime() + delayNs;
            for (long leftNs = delayNs; leftNs > 0 && !isStopped; leftNs = deadlineNs - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(leftNs, TimeUnit.MILLISECONDS.toNanos(1)));
            }
        }
    }

    /** A permit is there only after its job was queued, so the queue is not empty behind one. */
    private void work() {
        final RowScratch scratch = new RowScratch();
        while (!isStopped) {
            try {
                queued.acquire();
                queue.poll().run(scratch);
            } catch (final InterruptedException ex) {
                // Only close() interrupts these threads, and it has set the flag that ends the loop.
                Thread.currentThread().interrupt();
                break;
            }
        }
    }
}
