package dev.rill.conform.client;

import java.io.IOException;

/** A running publisher or subscriber. The application's calls are for publishers. One thread. */
public interface ClientUnderTest extends AutoCloseable {
    /** The application opens the next segment. */
    void openSegment() throws IOException;

    /** The application writes to the open segment. */
    void write(String text) throws IOException;

    /** The application ends the open segment. */
    void closeSegment() throws IOException;

    /** Ends the client, bounded in time. */
    @Override
    void close();
}
