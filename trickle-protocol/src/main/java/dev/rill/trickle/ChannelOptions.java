package dev.rill.trickle;

import java.util.Objects;

/**
 * What one channel does differently from the rest of its server. Immutable; each setter answers a changed copy.
 * <pre>{@code
 *   channels.create("a7-data", "application/jsonl", ChannelOptions.DEFAULTS.retainedSegments(32));
 * }</pre>
 */
public final class ChannelOptions {
    /** Everything as the server has it. */
    public static final ChannelOptions DEFAULTS = new ChannelOptions(0, -1, -1, null);

    private final int retainedSegments;
    private final long retainedBytes;
    private final long retainedAgeNs;
    private final Delivery delivery;

    private ChannelOptions(
        final int retainedSegments, final long retainedBytes, final long retainedAgeNs, final Delivery delivery) {
        this.retainedSegments = retainedSegments;
        this.retainedBytes = retainedBytes;
        this.retainedAgeNs = retainedAgeNs;
        this.delivery = delivery;
    }

    /**
     * Segments that the channel remembers, open ones included. At least 2; lowered to {@link
     * TrickleServerContext#maxRetainedSegments()} if it is more.
     *
     * @param retainedSegments new value.
     * @return a changed copy.
     */
    public ChannelOptions retainedSegments(final int retainedSegments) {
        if (retainedSegments < 2) {
            throw new IllegalArgumentException("retainedSegments=" + retainedSegments + ": expected at least 2");
        }
        return new ChannelOptions(retainedSegments, retainedBytes, retainedAgeNs, delivery);
    }

    /** Segments that the channel remembers; 0 as the server has it. */
    public int retainedSegments() {
        return retainedSegments;
    }

    /**
     * Bytes of memory that the window may pin; 0 for no limit.
     *
     * @param retainedBytes new value.
     * @return a changed copy.
     */
    public ChannelOptions retainedBytes(final long retainedBytes) {
        if (retainedBytes < 0) {
            throw new IllegalArgumentException("retainedBytes=" + retainedBytes + ": expected 0 or more");
        }
        return new ChannelOptions(retainedSegments, retainedBytes, retainedAgeNs, delivery);
    }

    /** Bytes of memory that the window may pin; -1 as the server has it. */
    public long retainedBytes() {
        return retainedBytes;
    }

    /**
     * How long a segment is remembered after its end; 0 for no limit.
     *
     * @param retainedAgeNs new value.
     * @return a changed copy.
     */
    public ChannelOptions retainedAgeNs(final long retainedAgeNs) {
        if (retainedAgeNs < 0) {
            throw new IllegalArgumentException("retainedAgeNs=" + retainedAgeNs + ": expected 0 or more");
        }
        return new ChannelOptions(retainedSegments, retainedBytes, retainedAgeNs, delivery);
    }

    /** How long a segment is remembered after its end; -1 as the server has it. */
    public long retainedAgeNs() {
        return retainedAgeNs;
    }

    /**
     * Who gives way when a reader is slower than the writer.
     *
     * @param delivery new value.
     * @return a changed copy.
     */
    public ChannelOptions delivery(final Delivery delivery) {
        return new ChannelOptions(
            retainedSegments, retainedBytes, retainedAgeNs, Objects.requireNonNull(delivery, "delivery"));
    }

    /** Who gives way when a reader is slower than the writer; null as the server has it. */
    public Delivery delivery() {
        return delivery;
    }
}
