package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * One HTTP/2 connection and its streams, each an {@link Exchange}. Event loop only.
 * <p>
 * Flow control is per stream: the window of the connection is opened again as soon as bytes arrive, so that a stream
 * which is not read holds up no other; what may wait is bounded by one stream window for each stream. A connection
 * that the peer is giving up (GOAWAY), or whose numbers are used up, takes no new streams and closes after its last.
 */
final class H2Connection extends Http2EventAdapter {
    private static final int MIN_WINDOW = 64 << 10;
    private static final int MAX_WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 16 << 20;
    private static final float WINDOW_UPDATE_RATIO = 0.5f;
    private static final int MAX_HEAD_BYTES = 64 << 10;
    /** Streams that are opened before the peer has told its limit. */
    private static final int FIRST_STREAMS = 1;

    private final SharedConnections owner;
    private final Channel channel;
    private final Http2Connection connection = new DefaultHttp2Connection(false);
    private final Http2Connection.PropertyKey key = connection.newKey();
    private final Http2ConnectionHandler handler;
    private final ChannelHandlerContext ctx;
    private boolean sawSettings;
    private boolean retired;

    /** Adds itself to the pipeline of an established connection and sends the preface. */
    H2Connection(final SharedConnections owner, final Channel channel, final int wantedWindow) {
        this.owner = owner;
        this.channel = channel;
        final int window = Math.max(MIN_WINDOW, Math.min(MAX_WINDOW, wantedWindow));
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        connection.addListener(this);
        handler = new Http2ConnectionHandlerBuilder()
            .connection(connection)
            .initialSettings(new Http2Settings().pushEnabled(false).initialWindowSize(window)
                .maxHeaderListSize(MAX_HEAD_BYTES))
            .frameListener(this)
            .decoupleCloseAndGoAway(true)
            .validateHeaders(false)
            .build();
        channel.pipeline().addLast(handler);
        ctx = channel.pipeline().context(handler);
        openConnectionWindow();
        flush();
    }

    /** Whether another stream can be opened. */
    boolean hasRoom() {
        final Http2Connection.Endpoint<?> local = connection.local();
        final int limit = sawSettings ? local.maxActiveStreams() : FIRST_STREAMS;
        return !retired && channel.isActive() && local.numActiveStreams() < limit
            && local.lastStreamCreated() < Integer.MAX_VALUE - 2;
    }

    /** Whether the peer has not told its limits yet. */
    boolean isNew() {
        return !sawSettings;
    }

    void begin(final Exchange exchange, final Connections client) {
        final H2Stream stream = new H2Stream(this, client, exchange);
        client.onOpened(stream);
        exchange.onConnected(stream);
    }

    /** Opens no more streams; closes once the last is over. */
    void retire() {
        retired = true;
        closeIfUnused();
    }

    /** Closes at once; the exchanges that are left are lost. */
    void close() {
        retired = true;
        channel.close();
    }

    int nextId() {
        return connection.local().incrementAndGetNextStreamId();
    }

    ChannelFuture writeHead(final int id, final RequestHead head, final boolean last, final H2Stream stream) {
        final ChannelFuture written = handler.encoder()
            .writeHeaders(ctx, id, H2Heads.request(head), 0, last, ctx.newPromise());
        final Http2Stream opened = connection.stream(id);
        if (opened == null) {
            // Refused by our own encoder; told after the caller has finished what it is doing.
            ctx.executor().execute(() -> stream.onLost(new NotProcessedException("stream " + id + " not opened")));
        } else {
            opened.setProperty(key, stream);
        }
        return written;
    }

    ChannelFuture writeData(final int id, final ByteBuf payload, final boolean last) {
        return handler.encoder().writeData(ctx, id, payload, 0, last, ctx.newPromise());
    }

    void writeEnd(final int id) {
        writeData(id, Unpooled.EMPTY_BUFFER, true);
    }

    void flush() {
        handler.flush(ctx);
    }

    /** Opens the window of a stream again after it was not read for a while. */
    void consume(final int id, final int bytes) {
        final Http2Stream stream = connection.stream(id);
        if (stream != null) {
            try {
                handler.decoder().flowController().consumeBytes(stream, bytes);
                flush();
            } catch (final Http2Exception e) {
                handler.onError(ctx, true, e);
            }
        }
    }

    /** Gives up a stream whose exchange has lost interest. */
    void cancel(final int id) {
        reset(id, Http2Error.CANCEL);
    }

    /** Calls off the rest of a request that has been answered. */
    void callOff(final int id) {
        reset(id, Http2Error.NO_ERROR);
    }

    @Override
    public void onSettingsRead(final ChannelHandlerContext context, final Http2Settings settings) {
        sawSettings = true;
        owner.onRoom();
    }

    @Override
    public void onHeadersRead(final ChannelHandlerContext context, final int id, final Http2Headers headers,
        final int streamDependency, final short weight, final boolean exclusive, final int padding,
        final boolean endOfStream) throws Http2Exception {
        onHeadersRead(context, id, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(final ChannelHandlerContext context, final int id, final Http2Headers headers,
        final int padding, final boolean endOfStream) throws Http2Exception {
        final H2Stream stream = find(id);
        if (stream == null) {
            return;
        }
        final boolean provisional = H2Heads.statusClass(headers) == HttpStatusClass.INFORMATIONAL;
        if (!provisional || endOfStream) {
            stream.onHead(provisional ? null : H2Heads.response(headers, endOfStream), endOfStream);
        }
    }

    @Override
    public int onDataRead(final ChannelHandlerContext context, final int id, final ByteBuf data, final int padding,
        final boolean endOfStream) {
        final H2Stream stream = find(id);
        return stream == null ? data.readableBytes() + padding : stream.onData(data, padding, endOfStream);
    }

    @Override
    public void onRstStreamRead(final ChannelHandlerContext context, final int id, final long errorCode) {
        final H2Stream stream = find(id);
        if (stream != null) {
            stream.onLost(errorCode == Http2Error.REFUSED_STREAM.code()
                ? new NotProcessedException("stream " + id + " refused by the peer")
                : new IOException("stream " + id + " reset by the peer: " + Http2Error.valueOf(errorCode)));
        }
    }

    @Override
    public void onGoAwayReceived(final int lastStreamId, final long errorCode, final ByteBuf debugData) {
        retired = true;
        // Not from within the loop that closes the streams which the peer will not look at.
        ctx.executor().execute(this::closeIfUnused);
    }

    @Override
    public void onStreamClosed(final Http2Stream closed) {
        final H2Stream stream = closed.getProperty(key);
        if (stream != null) {
            stream.onLost(lossOf(closed.id()));
        }
        if (retired) {
            ctx.executor().execute(this::closeIfUnused);
        } else {
            owner.onRoom();
        }
    }

    private Throwable lossOf(final int id) {
        final boolean ignored = connection.goAwayReceived() && id > connection.local().lastStreamKnownByPeer();
        return ignored ? new NotProcessedException("stream " + id + " not looked at by the peer, which goes away")
            : new ClosedChannelException();
    }

    private void reset(final int id, final Http2Error reason) {
        if (connection.stream(id) != null) {
            handler.resetStream(ctx, id, reason.code(), ctx.newPromise());
            flush();
        }
    }

    private H2Stream find(final int id) {
        final Http2Stream stream = connection.stream(id);
        return stream == null ? null : stream.getProperty(key);
    }

    private void closeIfUnused() {
        if (retired && connection.numActiveStreams() == 0) {
            channel.close();
        }
    }

    private void openConnectionWindow() {
        final int now = handler.decoder().flowController().windowSize(connection.connectionStream());
        try {
            handler.decoder().flowController()
                .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW - now);
        } catch (final Http2Exception e) {
            throw new IllegalStateException("window of the connection cannot be opened", e);
        }
    }
}
