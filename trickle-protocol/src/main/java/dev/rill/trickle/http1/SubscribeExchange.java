package dev.rill.trickle.http1;

import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.Cursor;
import dev.rill.trickle.channel.ReadOpening;
import io.netty.buffer.ByteBuf;

/**
 * One GET or HEAD of a segment (wire specification, section 1.6). Parked until the segment has its first byte or has
 * ended; then head and data leave in one write, and what is published later follows as it comes. A socket that takes no
 * more is left alone until it does, holding nobody else.
 */
final class SubscribeExchange extends Exchange {
    /** Most bytes that one delivery puts before a socket. */
    private static final int MAX_DELIVERY = 256 << 10;
    /** Most deliveries in a row while others of the same event loop wait. */
    private static final int MAX_DELIVERIES = 4;
    private static final String NO_TYPE = "application/octet-stream";

    private final Http1Connection connection;
    private final Channel channel;
    private final LoopReaders readers;
    private final boolean chunked;
    private Cursor cursor;
    private long pointerAtArrival;
    private boolean headSent;
    private boolean polling;
    private boolean finished;

    private SubscribeExchange(final Http1Connection connection, final Channel channel) {
        this.connection = connection;
        this.channel = channel;
        this.readers = connection.loopState().readers(channel);
        this.chunked = connection.isHttp11();
    }

    static void start(
        final Http1Connection connection, final Channel channel, final long sequence, final boolean mayPark) {
        final SubscribeExchange exchange = new SubscribeExchange(connection, channel);
        connection.exchange(exchange);
        exchange.readers.add(exchange);
        channel.submit(new ReadOpening(sequence, mayPark) {
            @Override
            protected void onApplied() {
                if (!connection.onLoop(() -> exchange.onOpened(this)) && cursor() != null) {
                    cursor().close();
                }
            }
        });
    }

    private void onOpened(final ReadOpening opening) {
        cursor = opening.cursor();
        if (finished) {
            closeCursor();
            return;
        }
        pointerAtArrival = opening.pointer();
        if (cursor != null) {
            poll();
            return;
        }
        finish();
        switch (opening.outcome()) {
            case CLOSED -> Responses.notFound(connection, true, false);
            case TOO_MANY_READERS -> Responses.text(connection, 503, "Too many readers\n", false);
            default -> Responses.outOfWindow(connection, opening.requested(), opening.pointer(), opening.oldest());
        }
    }

    @Override
    void poll() {
        if (polling || finished || cursor == null || cursor.isParked() || !connection.isWritable()) {
            return;
        }
        polling = true;
        final boolean ended;
        try {
            ended = deliver();
        } finally {
            polling = false;
        }
        if (ended) {
            finish();
            connection.responseEnd(!chunked);
        }
    }

    @Override
    void fail(final Throwable cause) {
        connection.exceptionCaught(connection.context(), cause);
    }

    @Override
    void onInactive() {
        finish();
    }

    private boolean deliver() {
        if (cursor.length() == 0 && cursor.isDrained()) {
            connection.write(emptyHead());
            return true;
        }
        ByteBuf head = headSent ? null : head();
        headSent = true;
        if (connection.isHead()) {
            connection.write(head);
            return true;
        }
        int left = MAX_DELIVERIES;
        while (left > 0) {
            deliver(head);
            head = null;
            if (cursor.isDrained()) {
                if (chunked) {
                    connection.write(Heads.lastChunk());
                }
                return true;
            }
            connection.flush();
            if (cursor.available() == 0 || !connection.isWritable()) {
                return false;
            }
            left--;
        }
        connection.loop().execute(this::poll); // Others of this loop have their turn first.
        return false;
    }

    /** Writes what is there, up to the limit of one delivery, as one chunk; the head goes before it. */
    private void deliver(final ByteBuf head) {
        int left = (int) Math.min(cursor.available(), MAX_DELIVERY);
        if (head != null) {
            if (chunked && left > 0) {
                Heads.putChunkSize(head, left);
            }
            connection.write(head);
        } else if (chunked && left > 0) {
            connection.write(readers.chunkSize(left, connection.context().alloc()));
        }
        if (left == 0) {
            return;
        }
        channel.engine().counters().increment(Counter.DELIVERIES);
        while (left > 0) {
            final ByteBuf slice = cursor.take(left);
            left -= slice.readableBytes();
            connection.write(slice);
        }
        if (chunked) {
            connection.write(Heads.chunkEnd());
        }
    }

    private ByteBuf head() {
        final ByteBuf head = Heads.begin(connection.context().alloc(), 200);
        putType(head);
        Heads.put(head, Heads.SEQ, cursor.sequence());
        if (pointerAtArrival != cursor.sequence()) {
            Heads.put(head, Heads.LATEST, pointerAtArrival);
        }
        Heads.put(head, Heads.SIZE, cursor.length());
        if (cursor.isTruncated()) {
            head.writeBytes(Heads.TRUNCATED_LINE);
        }
        if (chunked) {
            head.writeBytes(Heads.CHUNKED_LINE);
        }
        Heads.end(head, !chunked || connection.isClosing());
        return head;
    }

    private ByteBuf emptyHead() {
        final ByteBuf head = Heads.begin(connection.context().alloc(), 200);
        // The flag before the pointer: both are final before anybody is woken.
        if (channel.isClosed()) {
            head.writeBytes(Heads.CLOSED_LINE);
        }
        putType(head);
        Heads.put(head, Heads.LATEST, channel.pointer());
        Heads.put(head, Heads.SEQ, cursor.sequence());
        head.writeBytes(Heads.EMPTY_LINE);
        Heads.end(head, !chunked || connection.isClosing());
        return head;
    }

    private void putType(final ByteBuf head) {
        final String type = channel.contentType();
        Heads.put(head, Heads.CONTENT_TYPE, type.isEmpty() ? NO_TYPE : type);
    }

    private void finish() {
        if (!finished) {
            finished = true;
            readers.remove(this);
            closeCursor();
        }
    }

    private void closeCursor() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
