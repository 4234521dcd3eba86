package dev.rill.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the stages as their {@link ThreadingMode} says, and brings their threads, or their turns on threads of the host,
 * to an end.
 * <p>
 * Closing waits in real time, for all threads together: a stage that is stuck is stuck in real time, whatever the
 * pipeline's clock says. A thread that does not end within the close timeout is interrupted, and given up a second
 * later; it is a daemon, and gives back what its stage holds when it comes loose.
 */
final class PipelineThreads {
    private static final Logger LOGGER = LoggerFactory.getLogger(FramePipeline.class);
    private static final long INTERRUPT_GRACE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long TURN_POLL_US = 100;

    private final PipelineLines lines;
    private final StageAgent[] agents;
    private final AgentInvoker invoker;
    private final long closeTimeoutNs;
    private final List<Thread> threads = new ArrayList<>();
    private final List<MediaThreads.Turn> turns = new ArrayList<>();

    PipelineThreads(final PipelineLines lines, final FramePipelineContext context, final StageAgent... agents) {
        this.lines = lines;
        this.agents = agents;
        closeTimeoutNs = context.closeTimeoutNs();
        final Together all = new Together(agents);
        invoker = context.threadingMode() == ThreadingMode.INVOKER
            ? new AgentInvoker(this::onEscaped, null, all) : null;
        switch (context.threadingMode()) {
            case INVOKER -> invoker.start();
            case SHARED -> share(context, all);
            case DEDICATED -> {
                for (final StageAgent agent : agents) {
                    threads.add(start(context, agent));
                }
            }
            default -> throw new IllegalArgumentException("threadingMode=" + context.threadingMode());
        }
    }

    private void share(final FramePipelineContext context, final Together all) {
        final MediaThreads shared = context.mediaThreads();
        if (shared == null) {
            threads.add(start(context, all));
        } else if (shared.size() < ThreadingMode.SPLIT_FROM_THREADS) {
            takeTurns(shared, all, agents);
        } else {
            for (final StageAgent agent : agents) {
                takeTurns(shared, agent, agent);
            }
        }
    }

    private void takeTurns(final MediaThreads shared, final PausingAgent agent, final StageAgent... stages) {
        final MediaThreads.Turn turn = shared.add(agent);
        turns.add(turn);
        for (final StageAgent stage : stages) {
            stage.turn(turn);
        }
        turn.wake(); // For what came before the stages knew their turn.
    }

    /** All stages in one turn. */
    private static final class Together extends CompositeAgent implements PausingAgent {
        private final StageAgent[] stages;

        Together(final StageAgent... stages) {
            super(stages);
            this.stages = stages;
        }

        @Override
        public String roleName() {
            return "trickle-pipeline";
        }

        @Override
        public long maxPauseNs() {
            long shortest = Long.MAX_VALUE;
            for (final StageAgent stage : stages) {
                shortest = Math.min(shortest, stage.maxPauseNs());
            }
            return shortest;
        }
    }

    int invoke() {
        if (invoker == null) {
            throw new IllegalStateException("invoke() is for ThreadingMode.INVOKER");
        }
        final int work = invoker.invoke();
        if (!invoker.isRunning()) {
            invoker.close();
        }
        return work;
    }

    /** Brings all threads to their end; from one of them, lets them come to it. */
    void close() {
        lines.stop();
        if (isOnOwnThread()) {
            return;
        }
        if (invoker != null) {
            invoker.close();
        }
        for (final StageAgent agent : agents) {
            agent.wake();
        }
        turns.forEach(MediaThreads.Turn::remove);
        join();
    }

    private boolean isOnOwnThread() {
        final Thread current = Thread.currentThread();
        return threads.contains(current) || isInsideTurn();
    }

    /** A listener that closes from within a turn, or {@link #invoke()}, is answered by the next one. */
    private boolean isInsideTurn() {
        for (final StageAgent agent : agents) {
            if (agent.isWorkingOn(Thread.currentThread())) {
                return true;
            }
        }
        return false;
    }

    private Thread start(final FramePipelineContext context, final Agent agent) {
        final AgentRunner runner = new AgentRunner(context.idleStrategy().get(), this::onEscaped, null, agent);
        return AgentRunner.startOnThread(runner, PipelineThreads::daemon);
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    private void onEscaped(final Throwable throwable) {
        LOGGER.error("pipeline stopped", throwable);
        lines.fail(StreamError.Code.INTERNAL, throwable.toString());
        lines.stop();
    }

    private void join() {
        try {
            if (joinAll(closeTimeoutNs)) {
                return;
            }
            for (final Thread thread : threads) {
                if (thread.isAlive()) {
                    LOGGER.warn("thread={} still works after {} ns; interrupted", thread.getName(), closeTimeoutNs);
                    thread.interrupt();
                }
            }
            joinAll(INTERRUPT_GRACE_NS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for all threads, at most {@code timeoutNs} altogether; returns whether they ended. */
    private boolean joinAll(final long timeoutNs) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        boolean ended = true;
        for (final Thread thread : threads) {
            final long remainingNs = deadlineNs - System.nanoTime();
            if (remainingNs > 0) {
                TimeUnit.NANOSECONDS.timedJoin(thread, remainingNs);
            }
            ended &= !thread.isAlive();
        }
        for (final MediaThreads.Turn turn : turns) {
            while (!turn.isOver() && System.nanoTime() - deadlineNs < 0) {
                TimeUnit.MICROSECONDS.sleep(TURN_POLL_US);
            }
            ended &= turn.isOver();
        }
        return ended;
    }
}
