package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * One segment: a chain of blocks, the length that is published of it, and its state.
 * <pre>
 *   published   bit 63: ended    bits 62..0: length in bytes
 * </pre>
 * The writer publishes with one compare-and-set of that word, readers load it with acquire: that pair is the whole
 * synchronisation of the data path. Length and end share the word so that an append and a foreign close (drop, reset,
 * eviction) never both win: bytes that come late are not visible to anybody.
 * <p>
 * A reader looks at the state first. While it is {@code EXPECTED}, published bytes are hidden from it: they become
 * visible when the channel has moved its pointer, which is what sets {@code WRITING}.
 * <p>
 * Reference counted: the retention window, each cursor and each appender hold one. The blocks return when the last is
 * given back, on that thread.
 */
public final class Segment {
    private static final long ENDED = Long.MIN_VALUE;
    private static final VarHandle STATE;
    private static final VarHandle PUBLISHED;
    private static final VarHandle OWNER;
    private static final VarHandle REFERENCES;
    private static final VarHandle CURSORS;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Segment.class, "state", SegmentState.class);
            PUBLISHED = lookup.findVarHandle(Segment.class, "published", long.class);
            OWNER = lookup.findVarHandle(Segment.class, "owner", SegmentAppender.class);
            REFERENCES = lookup.findVarHandle(Segment.class, "references", int.class);
            CURSORS = lookup.findVarHandle(Segment.class, "cursors", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Touched only by commands of the channel, in their serial order.
    int pendingWriters;
    int losses;
    boolean aside;
    long endedNs;
    /** Whom a lossless channel keeps this segment for, and those behind it; null in a live channel. */
    final ReaderCount readers;

    private final long sequence;
    private final BlockSource source;
    private volatile SegmentState state = SegmentState.EXPECTED;
    private volatile long published;
    private volatile SegmentAppender owner;
    private volatile int references = 1;
    private volatile int cursors;
    private volatile long pinnedBytes;
    private long begunNs; // Published by the state.
    private Block head;
    private Block tail;

    Segment(final long sequence, final BlockSource source, final ReaderCount readers) {
        this.sequence = sequence;
        this.source = source;
        this.readers = readers;
    }

    /** Number of this segment. */
    public long sequence() {
        return sequence;
    }

    /** State now. */
    public SegmentState state() {
        return state;
    }

    /** Bytes that a reader may see now. */
    public long length() {
        return state == SegmentState.EXPECTED ? 0 : published & ~ENDED;
    }

    /** True when no byte will follow those of {@link #length()}. Read this first, the length after it. */
    public boolean isEnded() {
        return state != SegmentState.EXPECTED && published < 0;
    }

    /** Time of the first byte; meaningful once the length is not zero. */
    long begunNs() {
        return begunNs;
    }

    /** Reads of this segment in progress. */
    int cursors() {
        return cursors;
    }

    void cursorOpened() {
        CURSORS.getAndAdd(this, 1);
    }

    void cursorClosed() {
        CURSORS.getAndAdd(this, -1);
    }

    Block head() {
        return head;
    }

    BlockSource source() {
        return source;
    }

    // Writer side: the owner only.

    boolean tryClaim(final SegmentAppender appender) {
        return owner == appender || owner == null && OWNER.compareAndSet(this, null, appender);
    }

    SegmentAppender owner() {
        return owner;
    }

    void disown(final SegmentAppender appender) {
        OWNER.compareAndSet(this, appender, null);
    }

    boolean isEndPublished() {
        return published < 0;
    }

    long storedLength() {
        return published & ~ENDED;
    }

    /** Bytes of memory that this segment pins. */
    long pinnedBytes() {
        return pinnedBytes;
    }

    /** Bytes that a copy of {@code length} bytes will pin beside what is pinned already. */
    long pagesFor(final int length) {
        long base = storedLength();
        final Page last = openPage(base);
        int left = last == null ? length : length - Math.min(length, last.room());
        base += length - left;
        long bytes = 0;
        while (left > 0) {
            final int page = PagePool.lengthFor(base, left);
            bytes += page;
            base += page;
            left -= Math.min(left, page);
        }
        return bytes;
    }

    /**
     * Appends an adopted buffer, whose reference passes to this segment on every path, and whose memory has been
     * reserved. False if it came too late.
     */
    boolean append(final ByteBuf payload) {
        final long before = published;
        final int length = payload.readableBytes();
        if (before < 0) {
            source.reserve(-BlockSource.pinnedBytes(payload));
            payload.release();
            return false;
        }
        link(source.adopt(payload, before));
        return publish(before, length);
    }

    /**
     * Appends a copy of {@code payload} into what is left of the tail page and new ones. False if it came too late.
     *
     * @param reserved {@link #pagesFor} the length.
     */
    boolean appendCopy(final ByteBuffer payload, final long reserved) {
        final long before = published;
        final Block last = tail;
        final long pinnedBefore = pinnedBytes;
        final int length = payload.remaining();
        boolean copied = false;
        try {
            long base = before;
            while (before >= 0 && payload.hasRemaining()) {
                base += writablePage(base, payload.remaining()).fill(payload);
            }
            copied = before >= 0;
        } finally {
            source.reserve(pinnedBytes - pinnedBefore - reserved);
            if (!copied) {
                takeBack(last, before);
            }
        }
        return copied && publish(before, length);
    }

    private Page writablePage(final long base, final int wanted) {
        final Page last = openPage(base);
        if (last != null && last.room() > 0) {
            return last;
        }
        final Page page = source.page(PagePool.lengthFor(base, wanted), base);
        link(page);
        return page;
    }

    /** The tail if bytes at {@code base} may be copied behind those that it has. */
    private Page openPage(final long base) {
        return tail instanceof Page page && page.base + page.filled == base ? page : null;
    }

    private void link(final Block block) {
        if (tail == null) {
            head = block;
        } else {
            tail.next = block;
        }
        tail = block;
        pinnedBytes = pinnedBytes + block.pinnedBytes;
    }

    /** No memory in the middle of a copy: what nobody was shown goes. */
    private void takeBack(final Block last, final long before) {
        Block block = last == null ? head : last.next;
        tail = last;
        if (last == null) {
            head = null;
        } else {
            last.next = null;
        }
        if (last instanceof Page page && before >= page.base) {
            page.filled = (int) Math.min(page.filled, before - page.base);
        }
        while (block != null) {
            final Block next = block.next;
            pinnedBytes = pinnedBytes - block.pinnedBytes;
            source.free(block);
            block = next;
        }
    }

    private boolean publish(final long before, final int length) {
        return PUBLISHED.compareAndSet(this, before, before + length);
    }

    // Commands of the channel only.

    void begin(final long nowNs) {
        begunNs = nowNs;
        STATE.compareAndSet(this, SegmentState.EXPECTED, SegmentState.WRITING);
    }

    /** Moves to a closed state and freezes the length; false if it was closed before. */
    boolean close(final SegmentState closed) {
        if (state == SegmentState.EXPECTED) {
            // Ends the word before the state is seen: bytes nobody was shown must stay unseen.
            PUBLISHED.setVolatile(this, ENDED);
            return STATE.compareAndSet(this, SegmentState.EXPECTED, closed);
        }
        if (!STATE.compareAndSet(this, SegmentState.WRITING, closed)) {
            return false;
        }
        PUBLISHED.getAndBitwiseOr(this, ENDED);
        return true;
    }

    // References.

    void retain() {
        final int before = (int) REFERENCES.getAndAdd(this, 1);
        if (before <= 0) {
            throw new IllegalStateException("segment " + sequence + ": retained after its release");
        }
    }

    void release() {
        final int after = (int) REFERENCES.getAndAdd(this, -1) - 1;
        if (after == 0) {
            free();
        } else if (after < 0) {
            throw new IllegalStateException("segment " + sequence + ": released more often than retained");
        }
    }

    int references() {
        return references;
    }

    private void free() {
        Block block = head;
        head = null;
        tail = null;
        while (block != null) {
            final Block next = block.next;
            source.free(block);
            block = next;
        }
    }

    @Override
    public String toString() {
        return "segment " + sequence + " " + state + " length=" + length();
    }
}
