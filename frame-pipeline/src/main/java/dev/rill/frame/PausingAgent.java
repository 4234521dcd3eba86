package dev.rill.frame;

import org.agrona.concurrent.Agent;

/** An agent that knows how long it can be left alone once it has found nothing to do. */
public interface PausingAgent extends Agent {
    /**
     * Longest time until the next turn, unless somebody wakes the agent before.
     *
     * @return nanoseconds, positive; called on the thread that worked, after {@link #doWork()} returned 0.
     */
    long maxPauseNs();
}
