package dev.rill.frame.source;

import dev.rill.frame.codec.MediaException;
import dev.rill.trickle.EndReason;

/** A channel ended where more of it was expected. */
public final class ChannelEndedException extends MediaException {
    private static final long serialVersionUID = 1L;

    private final EndReason reason;

    ChannelEndedException(final String message, final EndReason reason) {
        super(message);
        this.reason = reason;
    }

    /** Why it ended. */
    public EndReason reason() {
        return reason;
    }
}
