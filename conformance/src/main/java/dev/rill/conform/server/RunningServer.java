package dev.rill.conform.server;

import dev.rill.conform.wire.Endpoint;

/** A server that accepts connections. Its methods are called by any thread. */
public interface RunningServer extends AutoCloseable {
    /** Where it listens. */
    Endpoint endpoint();

    /** Its in-process API, or null if the kit cannot reach it. */
    LocalApi local();

    /** Stops it, if it is the kit's to stop. */
    @Override
    void close();
}
