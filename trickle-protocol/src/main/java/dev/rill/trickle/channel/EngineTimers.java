package dev.rill.trickle.channel;

/** Runs short tasks later, on a thread of the engine. */
@FunctionalInterface
public interface EngineTimers {
    /** Drops every task: for an engine without threads, which expires things when it is next used. */
    EngineTimers NONE = (delayNs, task) -> { };

    /**
     * Schedules a task; dropped without notice once the engine is closed.
     *
     * @param delayNs from now.
     * @param task    must not block.
     */
    void schedule(long delayNs, Runnable task);
}
