package dev.rill.trickle.http2;

import dev.rill.conform.wire.Connection;
import dev.rill.conform.wire.Dialer;
import dev.rill.conform.wire.Endpoint;

/** Plays every {@code conn} of a scenario over one HTTP/2 connection: each request gets a stream of it. */
final class Http2Dialer implements Dialer {
    private final Http2Peer peer;

    Http2Dialer(final Endpoint endpoint) {
        this.peer = Http2Peer.connect(endpoint.port());
    }

    @Override
    public Connection open(final int receiveBuffer) {
        return new Http2Conversation(peer, receiveBuffer > 0);
    }

    @Override
    public void close() {
        final boolean whole = peer.goAways().isEmpty() && peer.isActive();
        peer.close();
        if (!whole) {
            throw new AssertionError("a scenario ended its connection: GOAWAY " + peer.goAways());
        }
    }
}
