package dev.rill.conform.client;

import dev.rill.conform.JsonObject;
import java.io.IOException;
import java.util.function.Consumer;

/** A client implementation under test. Called by one thread at a time. */
public interface ClientTarget {
    /**
     * Starts a publisher or a subscriber.
     *
     * @param task   what it is to do.
     * @param events told what happens to it, as {@link ClientEvents} makes it; by any thread.
     * @return the running client; the caller closes it.
     * @throws IOException if it cannot be started.
     */
    ClientUnderTest start(ClientTask task, Consumer<JsonObject> events) throws IOException;

    /** Names the target for people. */
    @Override
    String toString();
}
