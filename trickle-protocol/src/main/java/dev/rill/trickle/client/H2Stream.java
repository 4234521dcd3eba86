package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;

/**
 * One stream of an {@link H2Connection}: one {@link Exchange}. Event loop only.
 * <p>
 * While the exchange is not reading, what still comes within the stream's window is passed on, but the window is not
 * opened again: only this stream stops, not the connection. An answer that is complete before the request is a normal
 * answer; the rest of the request is then called off without an error.
 */
final class H2Stream implements HttpStream {
    private static final int NOT_OPENED = 0;

    private final H2Connection connection;
    private final Connections owner;
    private Exchange exchange;
    private int id = NOT_OPENED;
    private boolean requestEnded;
    private boolean sawHead;
    private boolean paused;
    private int unconsumed;

    H2Stream(final H2Connection connection, final Connections owner, final Exchange exchange) {
        this.connection = connection;
        this.owner = owner;
        this.exchange = exchange;
    }

    @Override
    public ChannelFuture head(final RequestHead head, final boolean last) {
        requestEnded = last;
        id = connection.nextId();
        return connection.writeHead(id, head, last, this);
    }

    @Override
    public ChannelFuture body(final ByteBuf chunk) {
        return connection.writeData(id, Wire.payload(chunk), false);
    }

    @Override
    public void end() {
        requestEnded = true;
        connection.writeEnd(id);
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public boolean reading(final boolean on) {
        final boolean changed = paused == on;
        paused = !on;
        if (on && unconsumed > 0) {
            connection.consume(id, unconsumed);
            unconsumed = 0;
        }
        return changed;
    }

    @Override
    public void cancel() {
        exchange = null;
        owner.onClosed(this);
        if (id != NOT_OPENED) {
            connection.cancel(id);
        }
    }

    @Override
    public void cancelDead() {
        connection.retire();
        cancel();
    }

    /** A final head has arrived. */
    void onHead(final HttpResponse head, final boolean last) {
        if (exchange != null && !sawHead) {
            sawHead = true;
            exchange.onHead(head);
        }
        if (last) {
            onEnd();
        }
    }

    /**
     * Bytes of the body, borrowed.
     *
     * @return how many bytes of the window, {@code padding} included, may be opened again.
     */
    int onData(final ByteBuf bytes, final int padding, final boolean last) {
        final int length = bytes.readableBytes() + padding;
        if (exchange != null && bytes.isReadable()) {
            exchange.onBody(bytes);
        }
        if (last) {
            onEnd();
        }
        if (exchange != null && paused) {
            unconsumed += length;
            return 0;
        }
        return length;
    }

    /** The stream is gone; no more than a formality when its response was complete. */
    void onLost(final Throwable cause) {
        final Exchange lost = exchange;
        exchange = null;
        owner.onClosed(this);
        if (lost != null) {
            lost.onLost(cause);
        }
    }

    private void onEnd() {
        if (!sawHead) {
            connection.cancel(id);
            onLost(new IOException("stream " + id + " ended without a response head"));
            return;
        }
        final Exchange ended = exchange;
        exchange = null;
        owner.onClosed(this);
        if (!requestEnded) {
            connection.callOff(id);
        }
        if (ended != null) {
            ended.onEnd();
        }
    }
}
