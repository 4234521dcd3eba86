package dev.rill.trickle.client;

import java.io.IOException;

/** Cause of a lost exchange of which the peer says, by the rules of HTTP/2, that it has not looked at its request. */
final class NotProcessedException extends IOException {
    private static final long serialVersionUID = 1L;

    NotProcessedException(final String message) {
        super(message);
    }
}
