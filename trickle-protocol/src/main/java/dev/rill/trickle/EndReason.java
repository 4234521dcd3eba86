package dev.rill.trickle;

/** Why a publisher or a subscriber came to its end. */
public enum EndReason {
    /** The channel was closed by its owner. */
    CHANNEL_CLOSED,
    /** The channel is not known to the peer and no data was ever seen on it. */
    CHANNEL_NOT_FOUND,
    /** The peer could not be reached, or broke the protocol, more often than the retry budget allows. */
    PEER_LOST,
    /** Closed from this side. */
    CLOSED
}
