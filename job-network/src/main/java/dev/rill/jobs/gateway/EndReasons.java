package dev.rill.jobs.gateway;

import dev.rill.trickle.EndReason;

/** End reasons in words. */
public final class EndReasons {
    private EndReasons() {
    }

    /**
     * For people.
     *
     * @param reason null for a refusal without a reason.
     * @return a clause without a full stop.
     */
    public static String describe(final EndReason reason) {
        if (reason == null) {
            return "the peer refused the segment";
        }
        return switch (reason) {
            case CHANNEL_CLOSED -> "the channel was closed by the peer";
            case CHANNEL_NOT_FOUND -> "the peer knows no such channel";
            case PEER_LOST -> "the peer is gone";
            case REFUSED -> "the peer refuses our credentials";
            case NOT_TRUSTED -> "the peer's certificate is not trusted";
            case CLOSED -> "closed from this side";
        };
    }
}
