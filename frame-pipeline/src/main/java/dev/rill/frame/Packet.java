package dev.rill.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One encoded unit: a video access unit or one audio frame group, with its times.
 * <p>
 * Shape: {@link #data()} is a direct buffer whose position is 0 and whose limit is the payload length; at least
 * {@value #PADDING} zero bytes stand behind the limit, as FFmpeg's decoders demand
 * ({@code AV_INPUT_BUFFER_PADDING_SIZE}).
 * H.264 payload is an Annex B byte stream; audio payload is whatever the elementary stream's PES carries.
 * <p>
 * Ownership: exactly one owner at a time; the owner hands it on or calls {@link #release()} once. Not thread-safe; hand
 * over through a ring.
 */
public final class Packet {
    /** Zero bytes behind the payload. */
    public static final int PADDING = 64;

    /** What a packet carries. */
    public enum Kind { VIDEO, AUDIO }

    private final PacketPool pool;
    private ByteBuffer data;
    private Kind kind = Kind.VIDEO;
    private long pts;
    private long dts;
    private boolean keyframe;
    private long arrivalNs;
    private boolean released;

    Packet(final PacketPool pool, final int capacity) {
        this.pool = pool;
        data = allocate(capacity);
    }

    /** Payload from position 0 to limit; see the class comment for the padding. */
    public ByteBuffer data() {
        return data;
    }

    /** Payload length in bytes. */
    public int length() {
        return data.limit();
    }

    /** What this packet carries. */
    public Kind kind() {
        return kind;
    }

    /** Presentation time in 90 kHz ticks, unwrapped. */
    public long pts() {
        return pts;
    }

    /** Decoding time in 90 kHz ticks, unwrapped. */
    public long dts() {
        return dts;
    }

    /** True for a video access unit from which decoding can begin; always true for audio. */
    public boolean isKeyframe() {
        return keyframe;
    }

    /** Monotonic time at which the first byte of this unit reached this process, in nanoseconds. */
    public long arrivalNs() {
        return arrivalNs;
    }

    /**
     * Sets everything but the payload.
     *
     * @return this.
     */
    public Packet describe(
        final Kind newKind, final long newPts, final long newDts, final boolean isKeyframe, final long newArrivalNs) {
        kind = newKind;
        pts = newPts;
        dts = newDts;
        keyframe = isKeyframe;
        arrivalNs = newArrivalNs;
        return this;
    }

    /**
     * Appends bytes, growing the buffer when needed; the zero padding behind the limit is kept.
     *
     * @param source bytes from position to limit; its position moves to its limit.
     */
    public void append(final ByteBuffer source) {
        final int oldLength = data.limit();
        final int newLength = oldLength + source.remaining();
        ensureCapacity(newLength);
        data.limit(newLength).position(oldLength);
        data.put(source);
        data.position(0);
        clearPadding(newLength);
    }

    /** Gives the packet back to its pool. */
    public void release() {
        if (released) {
            throw new IllegalStateException("packet kind=" + kind + " pts=" + pts + " was released twice");
        }
        released = true;
        pool.recycle(this);
    }

    void reuse() {
        released = false;
        data.clear().limit(0);
    }

    int capacity() {
        return data.capacity() - PADDING;
    }

    private void ensureCapacity(final int length) {
        if (length > capacity()) {
            final ByteBuffer grown = allocate(Math.max(length, 2 * capacity()));
            data.position(0);
            grown.clear().put(data).flip();
            data = grown;
        }
    }

    private void clearPadding(final int length) {
        data.limit(length + PADDING);
        for (int i = 0; i < PADDING; i += Long.BYTES) {
            data.putLong(length + i, 0L);
        }
        data.limit(length);
    }

    private static ByteBuffer allocate(final int capacity) {
        return ByteBuffer.allocateDirect(capacity + PADDING).order(ByteOrder.nativeOrder()).limit(0);
    }
}
