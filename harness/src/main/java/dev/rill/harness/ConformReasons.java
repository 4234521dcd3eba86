package dev.rill.harness;

import dev.rill.conform.client.ClientEvents;
import dev.rill.trickle.EndReason;

/** The ends of publishers and subscribers in words of the client protocol. */
final class ConformReasons {
    private ConformReasons() {
    }

    static String of(final EndReason reason) {
        return switch (reason) {
            case CHANNEL_NOT_FOUND -> ClientEvents.CHANNEL_NOT_FOUND;
            case CHANNEL_CLOSED -> ClientEvents.END_OF_STREAM;
            default -> ClientEvents.PEER_LOST;
        };
    }
}
