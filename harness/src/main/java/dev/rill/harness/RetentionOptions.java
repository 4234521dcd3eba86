package dev.rill.harness;

import dev.rill.trickle.Delivery;
import dev.rill.trickle.TrickleServerContext;
import picocli.CommandLine.Option;

/** What the channels of a server remember, and whom they wait for. */
final class RetentionOptions {
    @Option(
        names = "--retained-segments", paramLabel = "N",
        description = "Segments that a channel remembers, the one being written included.")
    private Integer segments;

    @Option(
        names = "--max-retained-segments", paramLabel = "N",
        description = "Most segments that whoever creates a channel may ask for.")
    private Integer maxSegments;

    @Option(
        names = "--retained-bytes", paramLabel = "BYTES", converter = ByteCount.class,
        description = "Bytes that a channel remembers; 0 for no limit.")
    private Long bytes;

    @Option(
        names = "--retained-age", paramLabel = "TIME", converter = TimeSpan.class,
        description = "How long a channel remembers a segment; 0 for no limit.")
    private Long ageNs;

    @Option(
        names = "--delivery", paramLabel = "POLICY",
        description = "live: readers that are too slow lose segments; lossless: the publisher waits for them.")
    private Delivery delivery;

    @Option(
        names = "--lossless-deadline", paramLabel = "TIME", converter = TimeSpan.class,
        description = "With lossless delivery: how long a publisher waits at most.")
    private Long losslessDeadlineNs;

    void applyTo(final TrickleServerContext context) {
        Options.apply(segments, context::retainedSegments);
        Options.apply(maxSegments, context::maxRetainedSegments);
        Options.apply(bytes, context::retainedBytes);
        Options.apply(ageNs, context::retainedAgeNs);
        Options.apply(delivery, context::delivery);
        Options.apply(losslessDeadlineNs, context::losslessDeadlineNs);
    }
}
