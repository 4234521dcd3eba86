package dev.rill.conform.server;

import dev.rill.conform.NotApplicableException;
import dev.rill.conform.Profile;
import dev.rill.conform.wire.Endpoint;

/** A server that runs already, with one profile, out of the kit's reach but for its port. */
public final class UrlTarget implements ServerTarget {
    private final Endpoint endpoint;
    private final String profile;

    /**
     * @param endpoint where it listens.
     * @param profile  name of the profile that it was configured with.
     */
    public UrlTarget(final Endpoint endpoint, final String profile) {
        this.endpoint = endpoint;
        this.profile = profile;
    }

    @Override
    public RunningServer open(final Profile wanted) throws NotApplicableException {
        if (!wanted.name().equals(profile)) {
            throw new NotApplicableException("needs a server with profile " + wanted.name());
        }
        if (wanted.isFreshPerScenario()) {
            throw new NotApplicableException("needs a server that nobody has used before");
        }
        return new Running(endpoint);
    }

    @Override
    public String toString() {
        return (endpoint.tls() ? "https://" : "http://") + endpoint.authority() + endpoint.basePath();
    }

    /** The server, which goes on when the kit is done. */
    private record Running(Endpoint endpoint) implements RunningServer {
        @Override
        public LocalApi local() {
            return null;
        }

        @Override
        public void close() {
            // Not the kit's to stop.
        }
    }
}
