package dev.rill.conform.client;

import dev.rill.conform.Mismatch;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A server that does nothing by itself: whoever has it takes its requests and answers them. Any thread. */
public abstract class ScriptedServer implements AutoCloseable {
    private final List<Inbound> arrived = new ArrayList<>();
    private final List<Inbound> untaken = new ArrayList<>();
    private Consumer<Inbound> responder;

    /** Where it listens, with a slash at the end. */
    public abstract URI baseUri();

    /** Whether the bodies of requests on connections to come are read; if not, they stall. */
    public abstract void readBodies(boolean value);

    @Override
    public abstract void close();

    /** Every request not taken yet or arriving from now on goes to {@code value}, on any thread. */
    public final void responder(final Consumer<Inbound> value) {
        final List<Inbound> waiting;
        synchronized (this) {
            responder = value;
            waiting = new ArrayList<>(untaken);
            untaken.clear();
        }
        waiting.forEach(value);
    }

    /**
     * Waits for a request.
     *
     * @param method verb.
     * @param path   as it goes over the wire.
     * @return the first one not taken yet with this method and path.
     */
    public final Inbound take(final String method, final String path) {
        return take(method, path, () -> false);
    }

    /** As {@link #take(String, String)}, but gives up early once it is hopeless. */
    final Inbound take(final String method, final String path, final BooleanSupplier hopeless) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Patience.TIMEOUT_MS);
        while (true) {
            final boolean last = hopeless.getAsBoolean() || System.nanoTime() > deadlineNs;
            final Inbound request = takeNow(method, path);
            if (request != null) {
                return request;
            }
            if (last) {
                throw new Mismatch("request", method + ' ' + path, "not taken: " + untaken());
            }
            Patience.pause(1);
        }
    }

    /** Number of requests so far. */
    public final synchronized int requestCount() {
        return arrived.size();
    }

    /** Every request so far, in the order of arrival. */
    public final synchronized List<Inbound> requests() {
        return new ArrayList<>(arrived);
    }

    /** A request has come; called by subclasses. */
    protected final void arrive(final Inbound request) {
        final Consumer<Inbound> answering;
        synchronized (this) {
            answering = responder;
            arrived.add(request);
            if (answering == null) {
                untaken.add(request);
            }
        }
        if (answering != null) {
            answering.accept(request);
        }
    }

    private synchronized Inbound takeNow(final String method, final String path) {
        for (final Inbound request : untaken) {
            if (request.method().equals(method) && request.path().equals(path)) {
                untaken.remove(request);
                return request;
            }
        }
        return null;
    }

    private synchronized String untaken() {
        return untaken.toString();
    }
}
