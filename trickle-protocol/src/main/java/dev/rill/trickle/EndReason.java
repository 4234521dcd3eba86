package dev.rill.trickle;

/** Why a publisher or a subscriber came to its end. */
public enum EndReason {
    /** The channel was closed by its owner. */
    CHANNEL_CLOSED,
    /** The channel is not known to the peer and no data was ever seen on it. */
    CHANNEL_NOT_FOUND,
    /** The peer could not be reached, or broke the protocol, more often than the retry budget allows. */
    PEER_LOST,
    /** The peer refuses this client: status 401 or 403. Wrong or missing credentials; never tried again. */
    REFUSED,
    /** The peer's certificate is not trusted, or is for another host name. Never tried again. */
    NOT_TRUSTED,
    /** Closed from this side. */
    CLOSED
}
