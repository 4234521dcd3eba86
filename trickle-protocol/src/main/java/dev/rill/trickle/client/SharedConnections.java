package dev.rill.trickle.client;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes the connections of one event loop, and shares those that speak HTTP/2 among all publishers and subscribers on
 * it. Event loop only.
 * <p>
 * While it is not known what the peer speaks and allows, requests wait for the first connection: HTTP/2 carries them
 * all, HTTP/1.1 needs one for each. Where the peer's limit of streams is reached, another connection is opened. The
 * shared ones close with the last of their users.
 */
final class SharedConnections {
    private final Transport transport;
    private final List<H2Connection> shared = new ArrayList<>(2);
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final Set<Connections> users = new HashSet<>();
    private boolean oneForEach;
    private int attempts;

    SharedConnections(final Transport transport) {
        this.transport = transport;
        oneForEach = !transport.maySpeakHttp2();
    }

    /** Starts the exchange on a connection that is shared, or on a new one. */
    void open(final Connections client, final Exchange exchange) {
        users.add(client);
        final Request request = new Request(client, exchange);
        if (!beginShared(request)) {
            if (!oneForEach && isUndecided()) {
                waiting.addLast(request);
            } else {
                connect(request);
            }
        }
    }

    /** A user is done; its exchanges have been cancelled. */
    void leave(final Connections client) {
        users.remove(client);
        if (users.isEmpty()) {
            new ArrayList<>(shared).forEach(H2Connection::close);
        }
    }

    /** The peer allows more streams than before, or a connection is gone: requests that wait may go on. */
    void onRoom() {
        for (Request next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
            if (!next.client.isClosed() && !beginShared(next)) {
                if (!oneForEach && isUndecided()) {
                    waiting.addFirst(next);
                    return;
                }
                connect(next);
            }
        }
    }

    private boolean isUndecided() {
        for (int i = 0; i < shared.size(); i++) {
            if (shared.get(i).isNew()) {
                return true;
            }
        }
        return attempts > 0;
    }

    private boolean beginShared(final Request request) {
        for (int i = 0; i < shared.size(); i++) {
            final H2Connection connection = shared.get(i);
            if (connection.hasRoom()) {
                transport.counters().add(ClientCounter.CONNECTIONS_REUSED, 1);
                connection.begin(request.exchange, request.client);
                return true;
            }
        }
        return false;
    }

    private void connect(final Request request) {
        attempts++;
        final InetSocketAddress address = transport.origin().address();
        transport.connect(request.client.loop(), address, new Attempt.Listener() {
            @Override
            public void onEstablished(final Channel channel, final boolean http2) {
                attempts--;
                SharedConnections.this.onEstablished(channel, http2, request);
            }

            @Override
            public void onFailed(final Throwable cause) {
                attempts--;
                SharedConnections.this.onFailed(cause, address, request);
            }
        });
    }

    private void onEstablished(final Channel channel, final boolean http2, final Request request) {
        transport.counters().add(ClientCounter.CONNECTIONS_OPENED, 1);
        oneForEach = !http2;
        if (http2) {
            final H2Connection connection = new H2Connection(this, channel, transport.context().maxQueuedBytes());
            shared.add(connection);
            channel.closeFuture().addListener(f -> {
                shared.remove(connection);
                onRoom();
            });
            if (users.isEmpty()) {
                connection.close();
            } else if (!request.client.isClosed()) {
                connection.begin(request.exchange, request.client);
            }
        } else if (request.client.isClosed()) {
            channel.close();
        } else {
            request.client.begin(transport.http1(channel, request.client), request.exchange);
        }
        onRoom();
    }

    private void onFailed(final Throwable cause, final InetSocketAddress address, final Request request) {
        transport.counters().add(ClientCounter.CONNECTS_FAILED, 1);
        transport.origin().onUnreachable(address);
        final List<Request> failed = new ArrayList<>();
        failed.add(request);
        if (attempts == 0) {
            failed.addAll(waiting);
            waiting.clear();
        }
        for (final Request each : failed) {
            if (!each.client.isClosed()) {
                each.exchange.onLost(cause);
            }
        }
    }

    /** An exchange that has no connection yet. */
    private static final class Request {
        private final Connections client;
        private final Exchange exchange;

        Request(final Connections client, final Exchange exchange) {
            this.client = client;
            this.exchange = exchange;
        }
    }
}
