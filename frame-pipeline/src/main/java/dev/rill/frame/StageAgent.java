package dev.rill.frame;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentTerminationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stage: does a bounded piece of work per call and never blocks. What it throws is a defect: it is logged, and fails
 * this pipeline, and nothing else; after that no stage works on, and the last one ends the pipeline. Errors are not
 * thrown on, because there is nobody above a stage but the thread that ends with it.
 */
abstract class StageAgent implements PausingAgent {
    private static final Logger LOGGER = LoggerFactory.getLogger(FramePipeline.class);

    final PipelineLines lines;
    private final String role;
    private volatile Thread thread;
    private volatile MediaThreads.Turn turn;
    private volatile Thread working;
    private volatile int held;
    private boolean closed;

    StageAgent(final PipelineLines lines, final String role) {
        this.lines = lines;
        this.role = role;
    }

    @Override
    public final void onStart() {
        thread = Thread.currentThread();
    }

    @Override
    public final int doWork() {
        if (lines.isStopping()) {
            throw new AgentTerminationException(true);
        }
        working = Thread.currentThread();
        try {
            return work();
        } catch (final Throwable ex) {
            onDefect(ex);
            return 0;
        } finally {
            held = countHeld();
            working = null;
        }
    }

    @Override
    public final void onClose() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            release();
        } catch (final Throwable ex) {
            LOGGER.error("stage failed while closing role={}", role, ex);
            lines.reports.warn(StreamError.Code.INTERNAL, role + ": while closing: " + ex);
        } finally {
            held = countHeld();
            lines.onAgentClosed();
        }
    }

    private void onDefect(final Throwable defect) {
        if (lines.failure() == null) {
            LOGGER.error("stage failed role={}", role, defect);
        }
        lines.fail(StreamError.Code.INTERNAL, role + ": " + defect);
    }

    @Override
    public final String roleName() {
        return role;
    }

    /** Where this stage gets its turns, if its threads are shared. */
    final void turn(final MediaThreads.Turn newTurn) {
        turn = newTurn;
    }

    @Override
    public final long maxPauseNs() {
        return isAtRest() ? FramePipelineContext.LONGEST_PAUSE_NS : FramePipelineContext.MAX_PARK_NS;
    }

    /** Whether nothing waits here or in front of this stage but what somebody will wake it for. */
    abstract boolean isAtRest();

    /** Ends the pause of this stage's thread, if it is pausing. Any thread. */
    final void wake() {
        final MediaThreads.Turn shared = turn;
        if (shared != null) {
            shared.wake();
            return;
        }
        final Thread target = thread;
        if (target != null && target != Thread.currentThread()) {
            LockSupport.unpark(target);
        }
    }

    /** Whether {@code candidate} is in the middle of {@link #doWork()}. Any thread. */
    final boolean isWorkingOn(final Thread candidate) {
        return working == candidate;
    }

    /** Access units that this stage held when its last work ended. Any thread. */
    final int held() {
        return held;
    }

    abstract int work();

    abstract int countHeld();

    /** Gives up everything; called once, on the thread that worked. */
    abstract void release();
}
