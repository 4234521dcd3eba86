package dev.rill.jobs.gateway;

/** How fast a gateway publishes its source. */
public enum SourcePace {
    /** By the source's own clock, as a live source would. */
    REALTIME,
    /** As fast as it goes, at most two segments ahead of the result, so that nothing is lost. */
    FAST
}
