package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * One writer of one segment. Whoever brings the first byte owns the segment until it ends it or is lost; the bytes of
 * others are discarded. One thread at a time; never blocks. Ends with exactly one of {@link #complete},
 * {@link #abort} and {@link #lost}.
 */
public final class SegmentAppender {
    /** Outcome of appending: nothing was stored and nothing will be. */
    public static final int CLOSED = -1;

    /** Outcome of appending a copy: nothing was stored because there is no room for it now. */
    public static final int BACK_PRESSURED = -2;

    private final Channel channel;
    private final Segment segment;
    private long storedBytes;
    private long weighed;
    private boolean begun;
    private boolean refused;
    private boolean finished;

    SegmentAppender(final Channel channel, final Segment segment) {
        this.channel = channel;
        this.segment = segment;
    }

    /** Number of the segment. */
    public long sequence() {
        return segment.sequence();
    }

    /** Bytes stored through this appender. */
    public long storedBytes() {
        return storedBytes;
    }

    /** True once the segment is closed, by whomever. */
    public boolean isSegmentClosed() {
        return segment.state().isClosed();
    }

    /** Whether the channel of the segment is closed. */
    public boolean isChannelClosed() {
        return channel.isClosed();
    }

    /**
     * Makes this the only writer of the segment, before its first byte.
     *
     * @return false if the segment is closed or owned by another writer.
     */
    public boolean claim() {
        if (refused || segment.isEndPublished() || !segment.tryClaim(this)) {
            refused = true;
        }
        return !refused;
    }

    /**
     * Whether received bytes should be appended now. False only in a lossless channel whose readers are behind, or
     * while the pool is full: then ask again when the channel has news.
     */
    public boolean hasRoom() {
        return refused || segment.isEndPublished() || channel.hasRoom();
    }

    /**
     * Appends received bytes without copying them, unless they would pin too much memory. If the pool is full a live
     * segment is closed and what comes for it discarded; so is a lossless one at the end of its deadline.
     *
     * @param payload one reference passes to this method on every path.
     * @return bytes stored, fewer than given at the length limit, which closes the segment; or {@link #CLOSED}.
     */
    public int append(final ByteBuf payload) {
        final int offered = payload.readableBytes();
        if (offered == 0 || !claim()) {
            payload.release();
            return discarded(offered);
        }
        final int room = room(offered);
        payload.writerIndex(payload.readerIndex() + room);
        if (room == 0) {
            payload.release();
        }
        return stored(room > 0 && store(payload), room, offered);
    }

    /**
     * Appends a copy of all bytes or none.
     *
     * @param payload from position to limit; the position moves when the bytes were taken.
     * @return bytes stored, or {@link #BACK_PRESSURED}, or {@link #CLOSED}; a segment that would become too long is
     *     closed.
     */
    public int appendCopy(final ByteBuffer payload) {
        final int offered = payload.remaining();
        if (offered == 0) {
            return refused || segment.isEndPublished() ? CLOSED : 0;
        }
        if (!claim()) {
            return discarded(offered);
        }
        if (room(offered) < offered) {
            return stored(false, 0, offered);
        }
        final long pages = segment.pagesFor(offered);
        if (!channel.hasRoom() || !reserve(pages)) {
            channel.counters().increment(Counter.OFFERS_PUSHED_BACK);
            return BACK_PRESSURED;
        }
        final int position = payload.position();
        boolean stored = false;
        try {
            stored = segment.appendCopy(payload, pages);
        } finally {
            if (!stored) {
                payload.position(position);
            }
        }
        if (stored) {
            channel.counters().add(Counter.BYTES_COPIED_LOCAL, offered);
        }
        return stored(stored, offered, offered);
    }

    /**
     * Ends the body.
     *
     * @param then called when it has been applied, by any thread; may be null.
     */
    public void complete(final Runnable then) {
        finish(WriteEnding.Kind.COMPLETE, then);
    }

    /** Closes the segment without its end if this writer owns it; otherwise as {@link #lost}. */
    public void abort() {
        finish(WriteEnding.Kind.ABORT, null);
    }

    /** The writer is gone: its segment waits for another one for the grace time. Nothing changes without a byte. */
    public void lost() {
        finish(WriteEnding.Kind.LOST, null);
    }

    Segment segment() {
        return segment;
    }

    private void finish(final WriteEnding.Kind kind, final Runnable then) {
        if (!finished) {
            finished = true;
            channel.submit(new WriteEnding(this, kind, then));
        }
    }

    private boolean store(final ByteBuf payload) {
        final boolean adopted = BlockSource.isWorthAdopting(payload);
        final long bytes = adopted ? BlockSource.pinnedBytes(payload) : segment.pagesFor(payload.readableBytes());
        if (!reserve(bytes)) {
            if (!channel.isLossless() || channel.pushBack().isOverdue()) {
                payload.release();
                channel.submit(new SegmentClosing(segment, Counter.SEGMENTS_OUT_OF_MEMORY));
                return false;
            }
            // At most what each connection has received already; its writer is held back from now on.
            segment.source().reserve(bytes);
        }
        return adopted ? segment.append(payload) : compact(payload, bytes);
    }

    private boolean compact(final ByteBuf payload, final long pages) {
        try {
            channel.counters().add(Counter.BYTES_COMPACTED, payload.readableBytes());
            return segment.appendCopy(payload.nioBuffer(), pages);
        } finally {
            payload.release();
        }
    }

    private boolean reserve(final long bytes) {
        if (bytes > 0) {
            channel.reclaim(bytes);
        }
        return bytes == 0 || segment.source().tryReserve(bytes);
    }

    /** Books what was stored; {@code length < offered} means that the segment has reached its limit. */
    private int stored(final boolean stored, final int length, final int offered) {
        if (stored) {
            storedBytes += length;
            channel.counters().add(Counter.BYTES_IN, length);
            channel.meter().bytesIn(length);
            channel.touch();
            announce();
            if (segment.pinnedBytes() != weighed) {
                weighed = segment.pinnedBytes();
                channel.grown();
            }
        }
        if (length < offered) {
            channel.submit(new SegmentClosing(segment, Counter.SEGMENTS_TOO_LONG));
        }
        if (!stored || length < offered) {
            discarded(stored ? offered - length : offered);
        }
        return stored ? length : CLOSED;
    }

    private void announce() {
        if (begun || segment.state() != SegmentState.EXPECTED) {
            begun = true;
            channel.wake();
        } else {
            begun = true;
            channel.submit(new FirstByte(segment));
        }
    }

    private int discarded(final int length) {
        refused = true;
        channel.counters().add(Counter.BYTES_DISCARDED, length);
        return CLOSED;
    }

    /** Room for {@code wanted} bytes below the length limit. */
    private int room(final int wanted) {
        return (int) Math.min(wanted, channel.policy().maxSegmentLength() - segment.storedLength());
    }
}
