package dev.rill.trickle;

import dev.rill.trickle.channel.ChannelRegistry;
import dev.rill.trickle.local.LocalCarriage;
import dev.rill.trickle.port.SharedPort;
import dev.rill.trickle.server.HttpServer;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves channels over HTTP/1.1 and HTTP/2, clear or under TLS, on one port, and to this process. Any thread.
 * <pre>{@code
 *   try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true))) {
 *       server.baseUri();
 *   }
 * }</pre>
 */
public final class TrickleServer implements AutoCloseable {
    private final HttpServer server;
    private final SharedPort sharedPort;
    private final URI baseUri;
    private final boolean autocreate;
    private final Queue<LocalCarriage> carriages = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private TrickleServer(final HttpServer server, final SharedPort sharedPort, final TrickleServerContext context) {
        this.server = server;
        this.sharedPort = sharedPort;
        this.autocreate = context.autocreate();
        final String host = context.host().indexOf(':') >= 0 ? "[" + context.host() + "]" : context.host();
        final String scheme = context.isTls() ? "https://" : "http://";
        this.baseUri = URI.create(scheme + host + ":" + server.port() + context.basePath());
    }

    /**
     * Binds, starts the event loops and serves.
     *
     * @param context options; concluded here.
     * @return a working server.
     * @throws TrickleException if the address cannot be listened on or TLS cannot be set up; nothing is left open.
     */
    public static TrickleServer launch(final TrickleServerContext context) {
        context.conclude();
        final SharedPort port = SharedPort.create(context);
        try {
            return new TrickleServer(HttpServer.launch(context, port), port, context);
        } catch (final RuntimeException e) {
            port.close();
            throw e;
        }
    }

    /** TCP port that is listened on. */
    public int port() {
        return server.port();
    }

    /** Base of the channels, for example {@code http://127.0.0.1:2939/ai/trickle/}. */
    public URI baseUri() {
        return baseUri;
    }

    /** Administration of the channels of this server. */
    public Channels channels() {
        return registry();
    }

    /** A new in-process carriage on the channels of this server; closing the server closes it too. */
    public Trickle local() {
        final LocalCarriage carriage = new LocalCarriage(registry(), autocreate, carriages::remove);
        carriages.add(carriage);
        if (closed.get()) {
            carriage.close();
        }
        return carriage;
    }

    /**
     * Releases every parked party with the closed marker, then closes connections, listener and threads. Idempotent,
     * bounded in time. Called on an event loop (by a {@link RequestHandler}), it returns at once and closes behind the
     * caller's back.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (server.isOnLoop()) {
            new Thread(this::closeNow, "trickle-close").start();
        } else {
            closeNow();
        }
    }

    private void closeNow() {
        server.close();
        sharedPort.close();
        carriages.forEach(Trickle::close);
    }

    ChannelRegistry registry() {
        return server.registry();
    }
}
