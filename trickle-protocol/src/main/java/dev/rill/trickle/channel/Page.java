package dev.rill.trickle.channel;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A block of memory of our own, filled by copying and used for many segments, one after the other. Views for readers
 * are kept with it: a page has as many as there were readers in it at once, however often it is used.
 */
final class Page extends Block {
    private static final int FIRST_VIEWS = 4;
    private static final int MAX_VIEWS = 1024;
    private static final VarHandle VIEW = MethodHandles.arrayElementVarHandle(ByteBuffer[].class);

    /** Bytes written; the writer's own. */
    int filled;

    private final ByteBuffer memory;
    private volatile ByteBuffer[] views = new ByteBuffer[FIRST_VIEWS];

    /** Takes over the reference of {@code buffer}, whose whole capacity it fills. */
    Page(final ByteBuf buffer) {
        this.buffer = buffer;
        this.pinnedBytes = buffer.capacity();
        this.memory = buffer.nioBuffer(0, pinnedBytes);
    }

    int room() {
        return pinnedBytes - filled;
    }

    /** Copies as much of {@code payload} as there is room for and moves its position; returns how much that was. */
    int fill(final ByteBuffer payload) {
        final int length = Math.min(room(), payload.remaining());
        final int position = payload.position();
        memory.put(filled, payload, position, length);
        payload.position(position + length);
        filled += length;
        return length;
    }

    @Override
    ByteBuffer lease() {
        final ByteBuffer[] idle = views;
        for (int i = 0; i < idle.length; i++) {
            final ByteBuffer view = (ByteBuffer) VIEW.getAndSet(idle, i, (ByteBuffer) null);
            if (view != null) {
                return view;
            }
        }
        return memory.asReadOnlyBuffer();
    }

    @Override
    void giveBack(final ByteBuffer view) {
        final ByteBuffer[] idle = views;
        for (int i = 0; i < idle.length; i++) {
            if (VIEW.compareAndSet(idle, i, (ByteBuffer) null, view)) {
                return;
            }
        }
        if (idle.length < MAX_VIEWS) {
            // Views that others put into the old array meanwhile are lost, which costs no more than making new ones.
            final ByteBuffer[] more = Arrays.copyOf(idle, 2 * idle.length);
            more[idle.length] = view;
            views = more;
        }
    }
}
