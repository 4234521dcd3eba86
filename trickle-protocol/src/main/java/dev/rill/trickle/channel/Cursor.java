package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * A reader's place in one segment. One thread at a time; never blocks. Keeps the segment's memory until closed, also
 * after the segment has been evicted. In a lossless channel it also holds the segments behind (see
 * {@link ReaderCount}).
 */
public final class Cursor {
    private final Channel channel;
    private final Segment segment;
    private final boolean holding;
    private Block block;
    private ByteBuffer view;
    private long position;
    private boolean waiting;
    private boolean closed;

    Cursor(final Channel channel, final Segment segment, final boolean holding) {
        this.channel = channel;
        this.segment = segment;
        this.holding = holding;
        this.waiting = isParked();
        segment.cursorOpened();
        if (waiting) {
            channel.meter().parked();
        }
    }

    /** Number of the segment. */
    public long sequence() {
        return segment.sequence();
    }

    /** True while the segment has neither a visible byte nor an end. */
    public boolean isParked() {
        return segment.state() == SegmentState.EXPECTED;
    }

    /** True once the segment has ended and everything was taken. */
    public boolean isDrained() {
        return segment.isEnded() && segment.length() == position;
    }

    /** True if the segment was ended by its writer; meaningful when drained. */
    public boolean isIntact() {
        return segment.state() == SegmentState.COMPLETE;
    }

    /** True if the segment has been closed without its end. */
    public boolean isTruncated() {
        return segment.state() == SegmentState.ABORTED;
    }

    /** Bytes of the segment that are visible now, taken ones included. */
    public long length() {
        return segment.length();
    }

    /** Nanoseconds since the first byte of the segment; meaningful once it has one. */
    public long ageNs() {
        return channel.nowNs() - segment.begunNs();
    }

    /** Bytes taken so far. */
    public long position() {
        return position;
    }

    /** Bytes that can be taken now. */
    public long available() {
        return segment.length() - position;
    }

    /**
     * Takes the next contiguous bytes as a slice of their block.
     *
     * @param limit most bytes to take, at least 1.
     * @return a retained slice that the caller releases, or null when nothing is available.
     */
    public ByteBuf take(final int limit) {
        final int length = advance(limit);
        return length == 0 ? null : block.buffer.retainedSlice(index(length), length);
    }

    /**
     * Takes the next contiguous bytes as a view of their block. Allocates nothing on pages, which are what in-process
     * publishers fill.
     *
     * @param limit most bytes to take, at least 1.
     * @return a read-only direct view, valid until this cursor is used again, or null when nothing is available.
     */
    public ByteBuffer view(final int limit) {
        final int length = advance(limit);
        if (length == 0) {
            return null;
        }
        if (view == null) {
            view = block.lease();
        }
        final int end = (int) (position - block.base);
        return view.limit(end).position(end - length);
    }

    /**
     * Gives the segment back. In a lossless channel the reader is awaited: at the next segment if this one was taken to
     * its end, otherwise here. Idempotent; owner thread.
     */
    public void close() {
        close(isDrained() ? ReaderLeaving.Place.NEXT : ReaderLeaving.Place.SAME);
    }

    /** Gives the segment back; the reader will ask for no more. Idempotent; owner thread. */
    public void leave() {
        close(ReaderLeaving.Place.NONE);
    }

    private void close(final ReaderLeaving.Place place) {
        if (!closed) {
            closed = true;
            enter(null);
            channel.readerGone();
            segment.cursorClosed();
            if (waiting) {
                channel.meter().unparked(segment.isEnded());
            }
            if (holding) {
                channel.submit(new ReaderLeaving(segment, place));
            }
            segment.release();
        }
    }

    Segment segment() {
        return segment;
    }

    private int advance(final int limit) {
        final long published = segment.length();
        if (closed || published == position) {
            return 0;
        }
        if (waiting) {
            waiting = false;
            channel.meter().begunTo(ageNs());
        }
        if (block == null) {
            block = segment.head();
        }
        while (block.end(published) == position) {
            enter(block.next);
        }
        final int length = (int) Math.min(limit, block.end(published) - position);
        position += length;
        segment.source().taken(length);
        channel.meter().bytesOut(length);
        return length;
    }

    private void enter(final Block next) {
        if (view != null) {
            block.giveBack(view);
            view = null;
        }
        block = next;
    }

    private int index(final int length) {
        return block.offset + (int) (position - length - block.base);
    }
}
