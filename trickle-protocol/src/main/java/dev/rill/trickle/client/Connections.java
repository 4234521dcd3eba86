package dev.rill.trickle.client;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * What one publisher, subscriber or blocking call has open, all on one event loop: HTTP/1.1 connections of its own and
 * streams of {@link SharedConnections}. Event loop only.
 * <p>
 * A connection whose response ended cleanly is used again while it is fresh: at most {@value #MAX_IDLE} wait, each for
 * at most five seconds, so that a request rarely meets a connection which its peer has just given up.
 */
final class Connections {
    private static final int MAX_IDLE = 2;
    private static final long MAX_IDLE_NS = TimeUnit.SECONDS.toNanos(5);

    private final ClientCounters counters;
    private final EventLoop loop;
    private final SharedConnections shared;
    private final NanoClock clock;
    private final Set<HttpStream> open = new HashSet<>();
    private final ArrayDeque<H1Connection> idle = new ArrayDeque<>(MAX_IDLE);
    private boolean closed;

    Connections(final Transport transport, final EventLoop loop) {
        this.counters = transport.counters();
        this.loop = loop;
        this.shared = transport.shared(loop);
        this.clock = transport.context().nanoClock();
    }

    /** Starts the exchange on an idle or a shared connection if there is one, else on a new one. */
    void open(final Exchange exchange) {
        assert loop.inEventLoop();
        final H1Connection reused = takeIdle();
        if (reused != null) {
            counters.add(ClientCounter.CONNECTIONS_REUSED, 1);
            reused.begin(exchange);
        } else if (!closed) {
            shared.open(this, exchange);
        }
    }

    EventLoop loop() {
        return loop;
    }

    boolean isClosed() {
        return closed;
    }

    /** Starts the exchange on a new connection of its own. */
    void begin(final H1Connection connection, final Exchange exchange) {
        open.add(connection);
        connection.begin(exchange);
    }

    /** A stream of a shared connection is now in use here. */
    void onOpened(final H2Stream stream) {
        open.add(stream);
    }

    /** Takes back a connection whose exchange ended cleanly. */
    void recycle(final H1Connection connection) {
        if (closed || idle.size() == MAX_IDLE) {
            connection.cancel();
        } else {
            connection.idleSinceNs(clock.nanoTime());
            idle.addLast(connection);
        }
    }

    /** A connection or stream is gone. */
    void onClosed(final HttpStream stream) {
        open.remove(stream);
        if (stream instanceof H1Connection) {
            idle.remove(stream);
        }
    }

    /** Closes everything; exchanges under way hear nothing more, and no new one starts. */
    void close() {
        closed = true;
        idle.clear();
        for (final HttpStream stream : new ArrayList<>(open)) {
            stream.cancel();
        }
        shared.leave(this);
    }

    private H1Connection takeIdle() {
        final long nowNs = clock.nanoTime();
        for (H1Connection c = idle.pollLast(); c != null; c = idle.pollLast()) {
            if (c.isActive() && nowNs - c.idleSinceNs() < MAX_IDLE_NS) {
                return c;
            }
            c.cancel();
        }
        return null;
    }
}
