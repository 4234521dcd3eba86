package dev.rill.trickle.channel;

import dev.rill.trickle.TrickleServerContext;

/**
 * Limits and times of the channels of one engine.
 *
 * @param retention            what a channel remembers unless it was created with its own.
 * @param maxSegmentLength     bytes stored of one segment.
 * @param maxChannels          open channels.
 * @param maxReadersPerChannel parked and streaming reads of one channel.
 * @param maxPinnedBytes       memory that all blocks may pin; 0 for half of the direct memory of this JVM.
 * @param idleTimeoutNs        a channel without a byte for longer is swept.
 * @param abortGraceNs         how long a segment waits for another writer after its own was lost, and a lossless
 *     channel for the next request of a reader.
 * @param gapGraceNs           how long readers of a skipped number wait.
 * @param losslessDeadlineNs   how long the writer of a lossless channel is pushed back in a row.
 * @param closeLingerNs        how long segments of a closed channel stay readable.
 * @param tombstoneNs          how long a closed channel is remembered.
 * @param maxNameLength        characters of the name of a channel.
 * @param restartBelowWindow   whether a byte for a number below the window restarts the channel there.
 * @param admitAhead           whether a reader may wait for the number behind the pointer.
 */
public record ChannelPolicy(
    Retention retention,
    long maxSegmentLength,
    int maxChannels,
    int maxReadersPerChannel,
    long maxPinnedBytes,
    long idleTimeoutNs,
    long abortGraceNs,
    long gapGraceNs,
    long losslessDeadlineNs,
    long closeLingerNs,
    long tombstoneNs,
    int maxNameLength,
    boolean restartBelowWindow,
    boolean admitAhead) {
    /**
     * The part of a server's options that concerns its channels.
     *
     * @param context concluded.
     * @return the same values.
     */
    public static ChannelPolicy of(final TrickleServerContext context) {
        return new ChannelPolicy(
            Retention.of(context),
            context.maxSegmentLength(),
            context.maxChannels(),
            context.maxReadersPerChannel(),
            context.maxPinnedBytes(),
            context.idleTimeoutNs(),
            context.abortGraceNs(),
            context.gapGraceNs(),
            context.losslessDeadlineNs(),
            context.closeLingerNs(),
            context.tombstoneNs(),
            context.maxNameLength(),
            context.restartBelowWindow(),
            context.admitAhead());
    }
}
