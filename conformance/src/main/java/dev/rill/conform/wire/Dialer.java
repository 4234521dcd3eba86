package dev.rill.conform.wire;

import java.io.IOException;

/** Opens the connections of one scenario. Not thread-safe. */
public interface Dialer extends AutoCloseable {
    /**
     * Opens a connection and sends nothing.
     *
     * @param receiveBuffer size of the socket's receive buffer in bytes; 0 for the system's default.
     * @return an open connection; the caller closes it.
     * @throws IOException if it cannot be made.
     */
    Connection open(int receiveBuffer) throws IOException;

    /** Frees what its connections share. */
    @Override
    void close() throws IOException;
}
