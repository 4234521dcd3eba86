package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the {@code java} device. Several workers may run frames of it at once; records are published in ticket
 * order under this object's monitor, which the polling thread never enters, and the submitting one only for a frame
 * that is its own result.
 */
final class JavaSession implements DeviceSession {
    private static final Logger LOGGER = LoggerFactory.getLogger(JavaSession.class);
    private static final long WAIT_MS = 10;

    private final JavaDevice device;
    private final JavaKernels kernel;
    private final boolean hasState;
    private final CompletionBlock block;
    private final NanoClock clock;
    private final JavaJob[] jobs;
    private volatile boolean isClosing;
    private volatile long submitted;
    private long completed;
    private long started;
    private boolean isFailureLogged;

    JavaSession(
        final JavaDevice device,
        final Model model,
        final FrameFormat format,
        final CompletionBlock block,
        final NanoClock clock) {
        this.device = device;
        this.block = block;
        this.clock = clock;
        kernel = JavaKernels.of(model, format);
        hasState = model.hasState();
        jobs = new JavaJob[block.capacity()];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = new JavaJob(this, model.parameters().size());
        }
        block.stateRelease(CompletionBlock.STATE_OPEN);
    }

    @Override
    public int submit(final FrameSlot in, final FrameSlot out, final long ticket, final ModelParameters parameters) {
        if (device.isLost()) {
            block.stateRelease(CompletionBlock.STATE_LOST);
            return BridgeSession.DEVICE_LOST;
        }
        final JavaJob job = jobs[(int) ticket & (jobs.length - 1)];
        job.in = in;
        job.out = out;
        job.ticket = ticket;
        job.parameterVersion = parameters.version();
        for (int i = 0; i < job.values.length; i++) {
            job.values[i] = parameters.valueAt(i);
        }
        submitted = ticket + 1;
        if (in == out && !device.isDelayed() && completed() == ticket) {
            block.submittedRelease(ticket + 1);
            run(job, null); // Nothing to compute, nobody to wait for: not worth waking a worker.
            return BridgeSession.OK;
        }
        if (hasState && !isNext(ticket)) {
            block.submittedRelease(ticket + 1);
            return BridgeSession.OK; // The frame before it goes on with this one.
        }
        if (!device.offer(job)) {
            submitted = ticket;
            return BridgeSession.BACK_PRESSURED;
        }
        block.submittedRelease(ticket + 1);
        return BridgeSession.OK;
    }

    @Override
    public int close(final long timeoutNs) {
        isClosing = true;
        // Real time: closing is bounded under an injected clock that stands still, too.
        final long deadlineNs = System.nanoTime() + timeoutNs;
        boolean isInterrupted = false;
        synchronized (this) {
            while (completed < submitted && System.nanoTime() - deadlineNs < 0) {
                try {
                    wait(WAIT_MS);
                } catch (final InterruptedException ex) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return completed() < submitted ? Code.TIMEOUT : BridgeSession.OK;
    }

    void run(final JavaJob first, final RowScratch scratch) {
        JavaJob job = first;
        while (job != null) {
            job = runOne(job, scratch);
        }
    }

    /** Returns the frame that waits for this one, of a model with a state. */
    private JavaJob runOne(final JavaJob job, final RowScratch scratch) {
        final long startNs = clock.nanoTime();
        device.awaitFault();
        final int status = isClosing ? BridgeSession.CANCELLED : runKernel(job, scratch);
        return complete(job, status, startNs, clock.nanoTime());
    }

    private synchronized boolean isNext(final long ticket) {
        started = ticket + 1;
        return completed == ticket;
    }

    private int runKernel(final JavaJob job, final RowScratch scratch) {
        final int fault = device.faultStatus();
        if (fault != BridgeSession.OK) {
            return fault;
        }
        try {
            if (job.in != job.out) {
                kernel.run(job.in.memory(), job.out.memory(), job.values, scratch);
            }
            return BridgeSession.OK;
        } catch (final RuntimeException ex) {
            logOnce(ex);
            return BridgeSession.KERNEL_FAILED;
        }
    }

    private synchronized JavaJob complete(final JavaJob job, final int status, final long startNs, final long endNs) {
        block.record(job.ticket, status, job.in.planeAddress(0), job.out.planeAddress(0), job.parameterVersion, startNs,
            endNs);
        job.isDone = true;
        publishInOrder();
        notifyAll();
        return hasState && started > completed ? jobs[(int) completed & (jobs.length - 1)] : null;
    }

    /** A job's flag is set again only after its record was published and polled, so a set flag means this round. */
    private void publishInOrder() {
        final long before = completed;
        while (jobs[(int) completed & (jobs.length - 1)].isDone) {
            final JavaJob job = jobs[(int) completed & (jobs.length - 1)];
            job.isDone = false;
            job.in = null;
            job.out = null;
            completed++;
        }
        if (completed != before) {
            block.completedRelease(completed);
        }
    }

    private synchronized long completed() {
        return completed;
    }

    private synchronized void logOnce(final RuntimeException ex) {
        if (!isFailureLogged) {
            isFailureLogged = true;
            LOGGER.warn("model failed device=java, later failures of this session show in completions only", ex);
        }
    }
}
