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

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Segment.class, "state", SegmentState.class);
            PUBLISHED = lookup.findVarHandle(Segment.class, "published", long.class);
            OWNER = lookup.findVarHandle(Segment.class, "owner", SegmentAppender.class);
            REFERENCES = lookup.findVarHandle(Segment.class, "references", int.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Touched only by commands of the channel, in their serial order.
    int pendingWriters;
    int losses;
    boolean aside;

    private final long sequence;
    private final BlockSource source;
    private volatile SegmentState state = SegmentState.EXPECTED;
    private volatile long published;
    private volatile SegmentAppender owner;
    private volatile int references = 1;
    private Block head;
    private Block tail;

    Segment(final long sequence, final BlockSource source) {
        this.sequence = sequence;
        this.source = source;
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

    /** Appends an adopted buffer, whose reference passes to this segment on every path. False if it came too late. */
    boolean append(final ByteBuf payload) {
        final long before = published;
        final int length = payload.readableBytes();
        if (before < 0) {
            payload.release();
            return false;
        }
        link(source.adopt(payload, before));
        return publish(before, length);
    }

    /** Appends a copy of {@code payload} into what is left of the tail page and new ones. False if it came too late. */
    boolean appendCopy(final ByteBuffer payload) {
        final long before = published;
        if (before < 0) {
            return false;
        }
        final int length = payload.remaining();
        final int end = payload.limit();
        long base = before;
        while (payload.hasRemaining()) {
            final ByteBuf page = writablePage(base, payload.remaining());
            final int step = Math.min(page.writableBytes(), payload.remaining());
            payload.limit(payload.position() + step);
            page.writeBytes(payload);
            payload.limit(end);
            base += step;
        }
        return publish(before, length);
    }

    private ByteBuf writablePage(final long base, final int wanted) {
        final Block last = tail;
        if (last != null && last.page && last.buffer.isWritable() && last.base + last.buffer.writerIndex() == base) {
            return last.buffer;
        }
        final Block block = source.page(base, wanted);
        link(block);
        return block.buffer;
    }

    private void link(final Block block) {
        if (tail == null) {
            head = block;
        } else {
            tail.next = block;
        }
        tail = block;
    }

    private boolean publish(final long before, final int length) {
        return PUBLISHED.compareAndSet(this, before, before + length);
    }

    // Commands of the channel only.

    void begin() {
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
