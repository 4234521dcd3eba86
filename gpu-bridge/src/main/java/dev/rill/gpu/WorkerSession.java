package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.NativeCalls;
import java.util.concurrent.TimeUnit;

/**
 * A session whose frames another process works on, one after the other. Its supervisor starts that process, replaces
 * it, and completes frames; while there is none, frames are pushed back, so that whoever submits keeps the choice of
 * what to do with them. This object's monitor guards what both need; it is never held while somebody waits.
 */
final class WorkerSession implements DeviceSession {
    private final CompletionBlock block;
    private final WorkerFrame[] frames;
    private volatile boolean isClosing;
    private volatile String failure = "";
    private volatile String refusal = "";
    private Thread supervisor;
    private WorkerLink link;
    private WorkerRing ring;
    private WorkerPools pools;
    private boolean isLost;
    private long posted;
    private long completed;

    private WorkerSession(final int parameters, final CompletionBlock block) {
        this.block = block;
        frames = new WorkerFrame[block.capacity()];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = new WorkerFrame(parameters);
        }
        block.stateRelease(CompletionBlock.STATE_OPEN);
    }

    static WorkerSession open(
        final WorkerContext context, final WorkerHost host, final Model model, final FrameFormat format,
        final CompletionBlock block) {
        final WorkerSession session = new WorkerSession(model.parameters().size(), block);
        final WorkerSupervisor supervisor =
            new WorkerSupervisor(session, context, host, model, format, block.capacity());
        session.supervisor = new Thread(supervisor, "rill-worker-" + model.name());
        session.supervisor.setDaemon(true);
        session.supervisor.start();
        return session;
    }

    @Override
    public int submit(final FrameSlot in, final FrameSlot out, final long ticket, final ModelParameters parameters) {
        if (!((NativeMemory) out.pool().memory()).isForResults()) {
            failure = out + " is not of a pool for results (newResultPool), a worker cannot write it";
            return BridgeSession.BAD_SLOT;
        }
        synchronized (this) {
            if (isLost) {
                return BridgeSession.DEVICE_LOST;
            }
            if (ring == null) {
                return BridgeSession.BACK_PRESSURED;
            }
            frame(ticket).set(in, out, parameters);
            return post(ticket);
        }
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public int close(final long timeoutNs) {
        isClosing = true;
        boolean isInterrupted = false;
        // Real time: closing is bounded under an injected clock that stands still, too.
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (supervisor.isAlive() && System.nanoTime() - deadlineNs < 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(supervisor, deadlineNs - System.nanoTime());
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return supervisor.isAlive() ? Code.TIMEOUT : BridgeSession.OK;
    }

    boolean isClosing() {
        return isClosing;
    }

    /** Whether the process has nothing to do. */
    synchronized boolean isIdle() {
        return posted == completed;
    }

    /** Frames that are finished, whatever became of them; the ticket of the next. */
    synchronized long completed() {
        return completed;
    }

    /** A process is there, and gets frames from now on. */
    synchronized void attach(final WorkerLink newLink, final WorkerRing newRing) {
        link = newLink;
        ring = newRing;
        pools = new WorkerPools(newLink);
        refusal = "";
    }

    /** Why a frame did not get to the process, which may only mean that it is gone; empty if all have. */
    String refusal() {
        return refusal;
    }

    /** There is no process any more. */
    synchronized void detach() {
        link = null;
        ring = null;
        pools = null;
    }

    /** Completes what the process has answered; whether there was anything. */
    synchronized boolean takeAnswers(final WorkerRing from) throws WorkerFault {
        final long done = from.done();
        if (done < completed || done > posted) {
            throw new WorkerFault("says that " + done + " frames are done, expected " + completed + " to " + posted);
        }
        final boolean isProgress = done > completed;
        while (completed < done) {
            takeAnswer(from, completed);
        }
        return isProgress;
    }

    /** No process can touch the frames any more that the last one had. */
    synchronized void failPosted(final String reason) {
        if (completed < posted) {
            failure = reason;
        }
        while (completed < posted) {
            complete(BridgeSession.KERNEL_FAILED, 0, 0);
        }
    }

    /** There will be no further process. */
    synchronized void lose(final String reason) {
        isLost = true;
        failure = reason;
        block.stateRelease(CompletionBlock.STATE_LOST);
        while (completed < posted) {
            complete(BridgeSession.DEVICE_LOST, 0, 0);
        }
    }

    private int post(final long ticket) {
        int code = request(ticket);
        code = code == BridgeSession.OK ? link.post(ticket + 1) : code;
        if (code == BridgeSession.OK) {
            posted = ticket + 1;
            block.submittedRelease(posted);
            return code;
        }
        if (code != BridgeSession.BACK_PRESSURED) {
            refusal = NativeCalls.lastError();
            detach(); // The supervisor replaces the process; this frame is for the next one.
        }
        return BridgeSession.BACK_PRESSURED;
    }

    private int request(final long ticket) {
        final WorkerFrame frame = frame(ticket);
        final int inTag = pools.tag(frame.in, ticket, completed);
        final int outTag = inTag == WorkerPools.NONE ? inTag : pools.tag(frame.out, ticket, completed);
        if (outTag == WorkerPools.NONE) {
            return pools.code();
        }
        frame.guard();
        ring.request(ticket, inTag, offset(frame.in), outTag, offset(frame.out), frame.parameterVersion, frame.values);
        return BridgeSession.OK;
    }

    private void takeAnswer(final WorkerRing from, final long ticket) throws WorkerFault {
        if (from.answeredTicket(ticket) != ticket) {
            throw new WorkerFault("answers frame " + from.answeredTicket(ticket) + ", expected " + ticket);
        }
        if (!frame(ticket).isGuardIntact()) {
            throw new WorkerFault("wrote behind the result of frame " + ticket);
        }
        switch (from.answeredStatus(ticket)) {
            case WorkerRing.STATUS_DONE -> complete(BridgeSession.OK, from.startNs(ticket), from.endNs(ticket));
            case WorkerRing.STATUS_FAILED -> {
                failure = from.text(ticket);
                complete(BridgeSession.KERNEL_FAILED, from.startNs(ticket), from.endNs(ticket));
            }
            default -> throw new WorkerFault("answers frame " + ticket + " with status " + from.answeredStatus(ticket));
        }
    }

    private void complete(final int status, final long startNs, final long endNs) {
        final WorkerFrame frame = frame(completed);
        final long nowNs = startNs == 0 ? System.nanoTime() : 0;
        block.record(completed, status, frame.in.planeAddress(0), frame.out.planeAddress(0), frame.parameterVersion,
            startNs + nowNs, endNs + nowNs);
        frame.in = null;
        frame.out = null;
        completed++;
        block.completedRelease(completed);
    }

    private WorkerFrame frame(final long ticket) {
        return frames[(int) ticket & (frames.length - 1)];
    }

    private static long offset(final FrameSlot slot) {
        return ((NativeMemory) slot.pool().memory()).offset(slot.index());
    }
}
