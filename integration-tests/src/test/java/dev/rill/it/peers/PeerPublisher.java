package dev.rill.it.peers;

/** A publisher of some implementation. One thread. */
interface PeerPublisher extends AutoCloseable {
    /** Publishes one segment of so many seeded bytes and waits for the peer's answer, where the implementation does. */
    Sent publish(long bytes);

    /** Begins a segment and leaves it open with so many bytes handed over; returns its number. */
    long begin(long bytes);

    /** Ends the segment that was begun. */
    Sent end();

    /** Gives up the segment that was begun, or the next one; returns its number. Not every implementation can. */
    long drop();

    /** Ends the publisher in its orderly way, and its channel where the implementation does. */
    void finish();

    /** Lets the publisher vanish if it was not finished. */
    @Override
    void close();
}
