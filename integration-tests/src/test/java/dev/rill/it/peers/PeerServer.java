package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A trickle server of some implementation. */
final class PeerServer implements AutoCloseable {
    private static final String CONTENT_TYPE = "video/mp2t";

    private final String name;
    private final URI base;
    private final AutoCloseable server;
    private final HttpTrickle client;

    private PeerServer(final String name, final URI base, final AutoCloseable server) {
        this.name = name;
        this.base = base;
        this.server = server;
        client = RillClients.connect(base, "http1");
    }

    /** Rill's server in this process. */
    static PeerServer rill(final TrickleServerContext context) {
        final TrickleServer server = TrickleServer.launch(context);
        return new PeerServer("Rill's server", server.baseUri(), server);
    }

    /** Rill's server in this process, which creates channels when they are published to. */
    static PeerServer rill() {
        return rill(new TrickleServerContext().autocreate(true));
    }

    /** The server of an implementation with the command line of {@code peers/go}. */
    static PeerServer of(final Peer peer) {
        return process(peer, "http", List.of());
    }

    /** As {@link #of}, under TLS. */
    static PeerServer of(final Peer peer, final Identity identity) {
        return process(peer, "https", List.of(
            "-certificate", identity.certificate().toString(), "-key", identity.key().toString()));
    }

    private static PeerServer process(final Peer peer, final String scheme, final List<String> options) {
        final List<String> command = new ArrayList<>(List.of(peer.path(), "serve"));
        command.addAll(options);
        final PeerProcess process = PeerProcess.start(command);
        process.send("{\"basePath\":\"/\",\"autocreate\":true}");
        final String port = process.line().replace("ready ", "");
        return new PeerServer(
            "the server of " + peer, URI.create(scheme + "://127.0.0.1:" + port + "/"), process);
    }

    /** Base of its channels. */
    URI base() {
        return base;
    }

    void create(final String channel) {
        if (server instanceof TrickleServer rill) {
            rill.channels().create(channel, CONTENT_TYPE);
        } else {
            client.awaitCreate(channel, CONTENT_TYPE);
        }
    }

    /** Closes a channel from outside; one that is gone already is as good. */
    void delete(final String channel) {
        client.awaitDelete(channel);
    }

    /** Waits until the next new segment of a channel is expected to have this number. */
    void awaitNext(final String channel, final long number) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        for (long next = client.awaitNext(channel); next != number; next = client.awaitNext(channel)) {
            assertThat(System.nanoTime() - deadlineNs).as("channel %s: next is %d, not %d", channel, next, number)
                .isNegative();
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        client.close();
        try {
            server.close();
        } catch (final Exception e) {
            throw new IllegalStateException("cannot close " + this, e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
