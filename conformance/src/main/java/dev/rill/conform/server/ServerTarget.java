package dev.rill.conform.server;

import dev.rill.conform.NotApplicableException;
import dev.rill.conform.Profile;
import java.io.IOException;

/** An implementation under test: offers a server for each profile it knows. Called by one thread at a time. */
public interface ServerTarget extends AutoCloseable {
    /**
     * Makes a server of a profile available.
     *
     * @param profile how it is to be configured.
     * @return a server that accepts connections; the caller closes it.
     * @throws NotApplicableException if the target has no such server; names the reason.
     * @throws IOException            if it should have one and it does not work.
     */
    RunningServer open(Profile profile) throws NotApplicableException, IOException;

    /** Names the target for people. */
    @Override
    String toString();

    /** Frees what its servers share. */
    @Override
    default void close() throws IOException {
        // Most targets share nothing.
    }
}
