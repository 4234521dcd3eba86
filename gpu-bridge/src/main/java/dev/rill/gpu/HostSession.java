package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session whose frames threads of this process work on. Several workers may run frames of it at once; records are
 * published in ticket order under this object's monitor, which the polling thread never enters, and the submitting one
 * only for a frame that is its own result.
 */
final class HostSession implements DeviceSession {
    private static final Logger LOGGER = LoggerFactory.getLogger(HostSession.class);
    private static final long WAIT_MS = 10;
    private static final int NO_WORKER = -1;

    private final HostExecutor executor;
    private final HostFaults faults;
    private final HostKernel kernel;
    private final boolean hasState;
    private final CompletionBlock block;
    private final NanoClock clock;
    private final HostJob[] jobs;
    private volatile boolean isClosing;
    private volatile long submitted;
    private long completed;
    private long started;
    private boolean isFailureLogged;
    private volatile String failure = "";

    /** Owns the kernel from here on. */
    HostSession(
        final HostExecutor executor,
        final HostFaults faults,
        final HostKernel kernel,
        final Model model,
        final CompletionBlock block,
        final NanoClock clock) {
        this.executor = executor;
        this.faults = faults;
        this.kernel = kernel;
        this.block = block;
        this.clock = clock;
        hasState = model.hasState();
        jobs = new HostJob[block.capacity()];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = new HostJob(this, model.parameters().size());
        }
        block.stateRelease(CompletionBlock.STATE_OPEN);
    }

    @Override
    public int submit(final FrameSlot in, final FrameSlot out, final long ticket, final ModelParameters parameters) {
        if (faults.isLost()) {
            block.stateRelease(CompletionBlock.STATE_LOST);
            return BridgeSession.DEVICE_LOST;
        }
        final HostJob job = jobs[(int) ticket & (jobs.length - 1)];
        job.in = in;
        job.out = out;
        job.ticket = ticket;
        job.parameterVersion = parameters.version();
        for (int i = 0; i < job.values.length; i++) {
            job.values[i] = parameters.valueAt(i);
        }
        submitted = ticket + 1;
        if (in == out && !faults.isDelayed() && completed() == ticket) {
            block.submittedRelease(ticket + 1);
            run(job, NO_WORKER); // Nothing to compute, nobody to wait for: not worth waking a worker.
            return BridgeSession.OK;
        }
        if (hasState && !isNext(ticket)) {
            block.submittedRelease(ticket + 1);
            return BridgeSession.OK; // The frame before it goes on with this one.
        }
        if (!executor.offer(job)) {
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
        if (completed() < submitted) {
            return Code.TIMEOUT;
        }
        kernel.close();
        return BridgeSession.OK;
    }

    @Override
    public String failure() {
        return failure;
    }

    void run(final HostJob first, final int worker) {
        HostJob job = first;
        while (job != null) {
            job = runOne(job, worker);
        }
    }

    /** Returns the frame that waits for this one, of a model with a state. */
    private HostJob runOne(final HostJob job, final int worker) {
        final long startNs = clock.nanoTime();
        faults.await();
        final int status = isClosing ? BridgeSession.CANCELLED : runKernel(job, worker);
        return complete(job, status, startNs, clock.nanoTime());
    }

    private synchronized boolean isNext(final long ticket) {
        started = ticket + 1;
        return completed == ticket;
    }

    private int runKernel(final HostJob job, final int worker) {
        final int fault = faults.status();
        if (fault != BridgeSession.OK) {
            return fault;
        }
        try {
            if (job.in != job.out) {
                kernel.run(worker, job.in, job.out, job.values);
            }
            return BridgeSession.OK;
        } catch (final Throwable ex) { // Whatever it is, it concerns this frame alone.
            failure = firstLine(ex);
            logOnce(ex);
            return BridgeSession.KERNEL_FAILED;
        }
    }

    private synchronized HostJob complete(final HostJob job, final int status, final long startNs, final long endNs) {
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
            final HostJob job = jobs[(int) completed & (jobs.length - 1)];
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

    private synchronized void logOnce(final Throwable ex) {
        if (!isFailureLogged) {
            isFailureLogged = true;
            LOGGER.warn("model failed, later failures show in completions only", ex);
        }
    }

    private static String firstLine(final Throwable failure) {
        final String text = String.valueOf(failure.getMessage() == null ? failure : failure.getMessage());
        return text.lines().findFirst().orElse("");
    }
}
