package dev.rill.harness;

import dev.rill.trickle.TrickleServerContext;
import picocli.CommandLine.Option;

/** Limits of a server. Each is checked where the server starts. */
final class LimitOptions {
    @Option(names = "--max-channels", paramLabel = "N", description = "Most open channels.")
    private Integer channels;

    @Option(names = "--max-readers-per-channel", paramLabel = "N", description = "Most readers of one channel.")
    private Integer readers;

    @Option(
        names = "--max-segment-length", paramLabel = "BYTES", converter = ByteCount.class,
        description = "Most bytes stored of one segment, for instance 64m.")
    private Long segmentLength;

    @Option(
        names = "--max-header-size", paramLabel = "BYTES", converter = ByteCount.class,
        description = "Most bytes of one request head, for instance 16k.")
    private Long headerSize;

    @Option(
        names = "--max-streams-per-connection", paramLabel = "N",
        description = "Most requests at a time on one HTTP/2 connection, parked ones included.")
    private Integer streams;

    @Option(
        names = "--reader-stall-timeout", paramLabel = "TIME", converter = TimeSpan.class,
        description = "Disconnect a reader that takes nothing for so long, for instance 60s.")
    private Long readerStallNs;

    @Option(
        names = "--max-pinned-bytes", paramLabel = "BYTES", converter = ByteCount.class,
        description = "Most memory that all channels together hold; 0 for no limit.")
    private Long pinnedBytes;

    @Option(
        names = "--max-provisionals", paramLabel = "N",
        description = "Most 100 Continue that a waiting publisher is sent; 0 for no limit.")
    private Integer provisionals;

    void applyTo(final TrickleServerContext context) {
        Options.apply(channels, context::maxChannels);
        Options.apply(readers, context::maxReadersPerChannel);
        Options.apply(segmentLength, context::maxSegmentLength);
        Options.apply(Options.asInt(headerSize), context::maxHeaderSize);
        Options.apply(streams, context::maxStreamsPerConnection);
        Options.apply(pinnedBytes, context::maxPinnedBytes);
        Options.apply(provisionals, context::maxProvisionals);
        Options.apply(readerStallNs, context::readerStallTimeoutNs);
    }
}
