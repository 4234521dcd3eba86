package dev.rill.trickle.server;

import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.Cursor;
import dev.rill.trickle.channel.ReadOpening;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;

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

    private final ServerStream stream;
    private final Channel channel;
    private final LoopReaders readers;
    private final Provisionals keepalive;
    private final long keepaliveNs;
    private Cursor cursor;
    private long pointerAtArrival;
    private boolean begunAtArrival;
    private boolean headSent;
    private boolean polling;
    private boolean finished;

    private SubscribeExchange(final ServerStream stream, final Channel channel, final long keepaliveNs) {
        this.stream = stream;
        this.channel = channel;
        this.readers = stream.loopState().readers(channel);
        this.keepalive = new Provisionals(stream, 102, 0, () -> { });
        this.keepaliveNs = keepaliveNs;
    }

    /**
     * Begins.
     *
     * @param mayPark     false for a HEAD.
     * @param keepaliveNs interval of provisional responses while parked; 0 for none.
     */
    static void start(
        final ServerStream stream, final Channel channel, final long sequence, final boolean mayPark,
        final long keepaliveNs) {
        final SubscribeExchange exchange = new SubscribeExchange(stream, channel, keepaliveNs);
        stream.exchange(exchange);
        exchange.readers.add(exchange);
        channel.submit(new ReadOpening(sequence, mayPark) {
            @Override
            protected void onApplied() {
                if (!stream.onLoop(() -> exchange.onOpened(this)) && cursor() != null) {
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
        begunAtArrival = opening.isBegun();
        if (cursor != null) {
            poll();
            if (!finished && cursor.isParked() && keepaliveNs > 0 && stream.isProvisionalAllowed()) {
                keepalive.start(keepaliveNs);
            }
            return;
        }
        finish();
        switch (opening.outcome()) {
            case CLOSED -> Responses.notFound(stream, true, false);
            case TOO_MANY_READERS -> Responses.text(stream, 503, "Too many readers\n", false);
            default -> Responses.outOfWindow(stream, opening.requested(), opening.pointer(), opening.oldest());
        }
    }

    @Override
    void poll() {
        if (polling || finished || cursor == null || !stream.isWritable()) {
            return;
        }
        if (cursor.isParked()) {
            if (stream.isInputEnded()) {
                stream.abandon(); // Gone in all likelihood: a client that gives up a parked GET ends its output first.
            }
            return;
        }
        keepalive.stop();
        if (!headSent && (stream.isHead() || isEmpty())) {
            respondAtOnce();
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
            stream.endBody();
        }
    }

    @Override
    void fail(final Throwable cause) {
        stream.exceptionCaught(stream.context(), cause);
    }

    @Override
    void onInactive() {
        finish();
    }

    private boolean isEmpty() {
        return cursor.length() == 0 && cursor.isDrained();
    }

    /** The response of a segment without a byte, or the head alone. */
    private void respondAtOnce() {
        final boolean empty = isEmpty();
        final ResponseHead head = empty ? emptyHead() : head();
        headSent = true;
        finish();
        if (empty) {
            stream.respond(head, ServerStream.NO_BODY, false);
        } else {
            stream.startBody(head);
        }
    }

    /** Delivers what is there; true at the end of the segment. */
    private boolean deliver() {
        if (!headSent) {
            headSent = true;
            stream.startBody(head());
        }
        int left = MAX_DELIVERIES;
        while (left > 0) {
            deliverChunk();
            if (cursor.isDrained()) {
                return true;
            }
            stream.flush();
            if (cursor.available() == 0 || !stream.isWritable()) {
                return false;
            }
            left--;
        }
        stream.loop().execute(this::poll); // Others of this loop have their turn first.
        return false;
    }

    /** Writes what is there, up to the limit of one delivery, as one chunk. */
    private void deliverChunk() {
        int left = (int) Math.min(cursor.available(), MAX_DELIVERY);
        if (left == 0) {
            return;
        }
        channel.engine().counters().increment(Counter.DELIVERIES);
        stream.startChunk(left, readers.chunkLine());
        while (left > 0) {
            final ByteBuf slice = cursor.take(left);
            left -= slice.readableBytes();
            stream.data(slice);
        }
        stream.endChunk();
    }

    private ResponseHead head() {
        final ResponseHead head = stream.begin(200);
        putType(head);
        head.put(Field.SEQ, cursor.sequence());
        if (pointerAtArrival != cursor.sequence()) {
            head.put(Field.LATEST, pointerAtArrival);
        }
        head.put(Field.SIZE, cursor.length());
        if (begunAtArrival) {
            head.put(Field.AGE, TimeUnit.NANOSECONDS.toMillis(cursor.ageNs()));
        }
        if (cursor.isTruncated()) {
            head.put(Field.TRUNCATED, 1);
        }
        return head;
    }

    private ResponseHead emptyHead() {
        final ResponseHead head = stream.begin(200);
        // The flag before the pointer: both are final before anybody is woken.
        if (channel.isClosed()) {
            Responses.putClosed(head);
        }
        putType(head);
        head.put(Field.LATEST, channel.pointer());
        head.put(Field.SEQ, cursor.sequence());
        head.put(Field.SIZE, 0);
        return head;
    }

    private void putType(final ResponseHead head) {
        final String type = channel.contentType();
        head.put(Field.CONTENT_TYPE, type.isEmpty() ? NO_TYPE : type);
    }

    private void finish() {
        if (!finished) {
            finished = true;
            keepalive.stop();
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
