package dev.rill.harness;

import dev.rill.trickle.Authorizer;
import dev.rill.trickle.Decision;
import dev.rill.trickle.Operation;
import dev.rill.trickle.Request;

/** The hooks of the profile {@code hooks}: before creating and closing, by the beginning of the channel's name. */
final class ConformAuthorizer implements Authorizer {
    @Override
    public Decision authorize(final Operation operation, final String channel, final Request head) {
        return switch (operation) {
            case CREATE, CREATE_IMPLICIT, CLOSE -> byPrefix(channel);
            default -> Decision.allow();
        };
    }

    private static Decision byPrefix(final String channel) {
        if (channel.startsWith("boom")) {
            throw new IllegalStateException("boom");
        }
        if (channel.startsWith("deny403")) {
            return Decision.refuse(403, "nope");
        }
        if (channel.startsWith("deny401nomsg")) {
            return Decision.refuse(401, "");
        }
        if (channel.startsWith("deny500")) {
            return Decision.refuse(503, "busy");
        }
        return channel.startsWith("denyzero") ? Decision.refuse(0, "") : Decision.allow();
    }
}
