package dev.rill.it.peers;

import java.util.Optional;

/** A subscriber of some implementation. One thread. */
interface PeerReader extends AutoCloseable {
    /** The next segment, or empty when the subscription has ended. Fails when neither comes in time. */
    Optional<Received> next();

    /** Why the subscription has ended; to be called after {@link #next()} was empty. */
    String endReason();

    /** A reader that was opened stepwise: waits for the head of the next segment without reading its body. */
    long awaitHead();

    /** Ends the reader. */
    @Override
    void close();
}
