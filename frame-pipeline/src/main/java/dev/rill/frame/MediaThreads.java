package dev.rill.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of threads that the agents of many pipelines share fairly.
 * <p>
 * All agents stand in one queue. A thread takes the first, gives it one turn, and puts it back at the end: between two
 * turns of one agent every other one that has work gets a turn, and since an agent is either in the queue or in the
 * hands of one thread, no two threads run it at once. What an agent wrote in one turn it sees in the next. An agent
 * without work is passed over for a time that grows from {@value #MIN_PAUSE_NS} ns to what it allows
 * ({@link PausingAgent}), or until it is woken; threads that find all agents pausing park.
 * <p>
 * Any thread may add, wake and remove. Threads are daemons, named {@code trickle-media-N}, and end with
 * {@link #close()}.
 */
public final class MediaThreads implements AutoCloseable {
    /** Most agents at a time. */
    public static final int MAX_AGENTS = 4096;

    /** First pause of an agent that found nothing to do. */
    static final long MIN_PAUSE_NS = 50_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(MediaThreads.class);
    private static final int MAX_DOUBLINGS = 20;
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(15);

    /** Twice as long as it must be, so that an offer never meets a place that is about to become free. */
    private final MpmcVarHandleArrayQueue<Turn> queue = new MpmcVarHandleArrayQueue<>(2 * MAX_AGENTS);
    private final AtomicInteger agents = new AtomicInteger();
    private final AtomicLong wakes = new AtomicLong();
    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean closed;

    private MediaThreads(final int threads) {
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(i));
        }
        workers.forEach(Thread::start);
    }

    /**
     * Starts threads.
     *
     * @param threads how many, 1 to 256; as many as there are processors is a good choice.
     * @return the threads; close them.
     */
    public static MediaThreads start(final int threads) {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("threads: expected 1 to 256, actual " + threads);
        }
        return new MediaThreads(threads);
    }

    /** Number of threads. */
    public int size() {
        return workers.size();
    }

    /** Number of agents that have not ended. */
    public int agents() {
        return agents.get();
    }

    /**
     * Adds an agent. It is started with its first turn, and ends, on one of these threads, when it throws or is
     * removed; it harms no other one.
     *
     * @param agent its {@link Agent#doWork()} does a bounded piece of work and never blocks.
     * @return its place; wake and remove it there.
     * @throws IllegalStateException if there are {@value #MAX_AGENTS} agents, or this is closed.
     */
    public Turn add(final Agent agent) {
        final Turn turn = new Turn(agent);
        synchronized (this) {
            if (closed || agents.get() >= MAX_AGENTS) {
                throw new IllegalStateException("media threads: expected fewer than " + MAX_AGENTS
                    + " agents and not to be closed, actual agents=" + agents.get() + " closed=" + closed);
            }
            agents.incrementAndGet();
            queue.offer(turn);
        }
        turn.wake();
        return turn;
    }

    /** Ends every agent, then the threads; waits for them, 15 s at most. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        workers.forEach(LockSupport::unpark);
        boolean isInterrupted = false;
        for (final Worker worker : workers) {
            while (worker.isAlive() && worker != Thread.currentThread() && System.nanoTime() - deadlineNs < 0) {
                try {
                    worker.join(1);
                } catch (final InterruptedException ex) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The place of one agent in the queue. */
    public final class Turn {
        private final Agent agent;
        private volatile boolean woken;
        private volatile boolean removed;
        private volatile boolean over;
        private boolean started;
        private int idleTurns;
        private long dueNs;

        private Turn(final Agent agent) {
            this.agent = agent;
        }

        /** Gives the agent a turn soon, whether it pauses or not. Any thread, never blocks. */
        public void wake() {
            woken = true;
            wakes.incrementAndGet();
            for (final Worker worker : workers) {
                if (worker.parked.compareAndSet(true, false)) { // Claimed, so that the next wake finds another one.
                    LockSupport.unpark(worker);
                    return;
                }
            }
        }

        /** Ends the agent with its next turn. Any thread, never blocks, idempotent. */
        public void remove() {
            removed = true;
            wake();
        }

        /** Whether the agent has ended and given up what it held. */
        public boolean isOver() {
            return over;
        }

        private boolean isDue(final long nowNs) {
            return woken || removed || nowNs - dueNs >= 0;
        }

        /** One turn; returns false if the agent has ended, which then is not put back. */
        private boolean run() {
            woken = false;
            try {
                if (!started) {
                    started = true;
                    agent.onStart();
                }
                if (!removed && !closed) {
                    pauseAfter(agent.doWork());
                    return true;
                }
            } catch (final AgentTerminationException ex) {
                removed = true; // Its way to say that it has ended.
            } catch (final Throwable ex) {
                LOGGER.error("agent failed and ends role={}", agent.roleName(), ex);
            }
            end();
            return false;
        }

        private void pauseAfter(final int work) {
            if (work > 0) {
                idleTurns = 0;
                dueNs = System.nanoTime();
                return;
            }
            final long longest = agent instanceof final PausingAgent pausing
                ? pausing.maxPauseNs() : FramePipelineContext.MAX_PARK_NS;
            dueNs = System.nanoTime() + Math.min(longest, MIN_PAUSE_NS << idleTurns);
            idleTurns = Math.min(MAX_DOUBLINGS, idleTurns + 1);
        }

        private void end() {
            try {
                agent.onClose();
            } catch (final Throwable ex) {
                LOGGER.error("agent failed while closing role={}", agent.roleName(), ex);
            } finally {
                over = true;
                agents.decrementAndGet();
            }
        }
    }

    private final class Worker extends Thread {
        private final AtomicBoolean parked = new AtomicBoolean();

        Worker(final int number) {
            super("trickle-media-" + number);
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!closed) {
                final long seenWakes = wakes.get();
                final long pauseNs = pass();
                if (pauseNs > 0) {
                    pause(pauseNs, seenWakes);
                }
            }
            Turn turn = queue.poll();
            while (turn != null) {
                turn.run();
                turn = queue.poll();
            }
        }

        /** Looks once at as many agents as there are; returns how long none of them needs a turn, 0 if one had work. */
        private long pass() {
            final long startNs = System.nanoTime();
            long shortestNs = FramePipelineContext.LONGEST_PAUSE_NS;
            boolean worked = false;
            for (int i = agents.get(); i > 0; i--) {
                final Turn turn = queue.poll();
                if (turn == null) {
                    break;
                }
                if (turn.isDue(startNs)) {
                    worked = true;
                    if (!turn.run()) {
                        continue;
                    }
                }
                shortestNs = Math.min(shortestNs, turn.dueNs - startNs);
                queue.offer(turn);
            }
            return worked ? 0 : Math.max(1, shortestNs);
        }

        /** A wake between the look at the agents and the mark would find nobody parked: the count shows it. */
        private void pause(final long pauseNs, final long seenWakes) {
            parked.set(true);
            if (wakes.get() == seenWakes && !closed) {
                LockSupport.parkNanos(MediaThreads.this, pauseNs);
            }
            parked.set(false);
        }
    }
}
