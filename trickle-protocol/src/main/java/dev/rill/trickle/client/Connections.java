package dev.rill.trickle.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * The connections of one publisher, subscriber or blocking call, all on one event loop. Event loop only.
 * <p>
 * A connection whose response ended cleanly is used again while it is fresh: at most {@value #MAX_IDLE} wait, each for
 * at most five seconds, so that a request rarely meets a connection which its peer has just given up.
 */
final class Connections {
    private static final int MAX_IDLE = 2;
    private static final long MAX_IDLE_NS = TimeUnit.SECONDS.toNanos(5);

    private final Transport transport;
    private final EventLoop loop;
    private final NanoClock clock;
    private final Set<HttpConnection> open = new HashSet<>();
    private final ArrayDeque<HttpConnection> idle = new ArrayDeque<>(MAX_IDLE);
    private boolean closed;

    Connections(final Transport transport, final EventLoop loop) {
        this.transport = transport;
        this.loop = loop;
        this.clock = transport.context().nanoClock();
    }

    /** Starts the exchange on an idle connection if there is one, else on a new one. */
    void open(final Exchange exchange) {
        assert loop.inEventLoop();
        final HttpConnection reused = takeIdle();
        if (reused != null) {
            transport.counters().add(ClientCounter.CONNECTIONS_REUSED, 1);
            reused.begin(exchange);
        } else if (!closed) {
            connect(exchange);
        }
    }

    /** Takes back a connection whose exchange ended cleanly. */
    void recycle(final HttpConnection connection) {
        if (closed || idle.size() == MAX_IDLE) {
            connection.cancel();
        } else {
            connection.idleSinceNs(clock.nanoTime());
            idle.addLast(connection);
        }
    }

    /** A connection is gone. */
    void onClosed(final HttpConnection connection) {
        open.remove(connection);
        idle.remove(connection);
    }

    /** Closes every connection; exchanges under way hear nothing more, and no new one starts. */
    void close() {
        closed = true;
        idle.clear();
        for (final HttpConnection connection : new ArrayList<>(open)) {
            connection.cancel();
        }
    }

    private HttpConnection takeIdle() {
        final long nowNs = clock.nanoTime();
        for (HttpConnection c = idle.pollLast(); c != null; c = idle.pollLast()) {
            if (c.isActive() && nowNs - c.idleSinceNs() < MAX_IDLE_NS) {
                return c;
            }
            c.cancel();
        }
        return null;
    }

    private void connect(final Exchange exchange) {
        final HttpConnection connection = new HttpConnection(this);
        final Bootstrap bootstrap = transport.bootstrap(loop, connection);
        final InetSocketAddress address = transport.origin().address();
        bootstrap.connect(address).addListener(f -> onConnect((ChannelFuture) f, connection, address, exchange));
    }

    private void onConnect(final ChannelFuture connected, final HttpConnection connection,
        final InetSocketAddress address, final Exchange exchange) {
        if (closed) {
            connected.channel().close();
        } else if (!connected.isSuccess()) {
            transport.counters().add(ClientCounter.CONNECTS_FAILED, 1);
            transport.origin().onUnreachable(address);
            exchange.onLost(connected.cause());
        } else {
            transport.counters().add(ClientCounter.CONNECTIONS_OPENED, 1);
            open.add(connection);
            connection.begin(exchange);
        }
    }
}
