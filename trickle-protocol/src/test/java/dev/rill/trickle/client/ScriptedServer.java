package dev.rill.trickle.client;

import dev.rill.trickle.HttpTrickleContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server that does nothing by itself: tests take its requests and answer them. */
abstract class ScriptedServer implements AutoCloseable {
    private final List<Inbound> arrived = new ArrayList<>();
    private final List<Inbound> untaken = new ArrayList<>();
    private Consumer<Inbound> responder;

    /** A context for a client of this server, with the protocol that it speaks. */
    abstract HttpTrickleContext context();

    /** Whether the bodies of requests on connections to come are read; if not, they stall. */
    abstract void readBodies(boolean value);

    @Override
    public abstract void close();

    /** Every request not taken yet or arriving from now on goes to {@code value}, on any thread. */
    final void responder(final Consumer<Inbound> value) {
        final List<Inbound> waiting;
        synchronized (this) {
            responder = value;
            waiting = new ArrayList<>(untaken);
            untaken.clear();
        }
        waiting.forEach(value);
    }

    /** The first request not taken yet with this method and path. */
    final Inbound take(final String method, final String path) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Await.TIMEOUT_MS);
        while (true) {
            synchronized (this) {
                for (final Inbound request : untaken) {
                    if (request.method().equals(method) && request.path().equals(path)) {
                        untaken.remove(request);
                        return request;
                    }
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new AssertionError("no " + method + ' ' + path + " came; not taken: " + untaken);
                }
            }
            Await.pause(1);
        }
    }

    final synchronized int requestCount() {
        return arrived.size();
    }

    final synchronized List<Inbound> requests() {
        return new ArrayList<>(arrived);
    }

    final void arrive(final Inbound request) {
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
}
