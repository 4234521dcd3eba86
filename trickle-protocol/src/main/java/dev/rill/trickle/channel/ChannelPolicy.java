package dev.rill.trickle.channel;

import dev.rill.trickle.TrickleServerContext;

/**
 * Limits and times of the channels of one engine.
 *
 * @param retainedSegments     segments that a channel remembers, open ones included.
 * @param maxSegmentLength     bytes stored of one segment.
 * @param maxChannels          open channels.
 * @param maxReadersPerChannel parked and streaming reads of one channel.
 * @param idleTimeoutNs        a channel without a byte for longer is swept.
 * @param abortGraceNs         how long a segment waits for another writer after its own was lost.
 * @param gapGraceNs           how long readers of a skipped number wait.
 * @param closeLingerNs        how long segments of a closed channel stay readable.
 * @param tombstoneNs          how long a closed channel is remembered.
 */
public record ChannelPolicy(
    int retainedSegments,
    long maxSegmentLength,
    int maxChannels,
    int maxReadersPerChannel,
    long idleTimeoutNs,
    long abortGraceNs,
    long gapGraceNs,
    long closeLingerNs,
    long tombstoneNs) {
    /**
     * The part of a server's options that concerns its channels.
     *
     * @param context concluded.
     * @return the same values.
     */
    public static ChannelPolicy of(final TrickleServerContext context) {
        return new ChannelPolicy(
            context.retainedSegments(),
            context.maxSegmentLength(),
            context.maxChannels(),
            context.maxReadersPerChannel(),
            context.idleTimeoutNs(),
            context.abortGraceNs(),
            context.gapGraceNs(),
            context.closeLingerNs(),
            context.tombstoneNs());
    }
}
