package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.SessionUrls;
import java.net.URI;

/** Checks channel URLs as typed. */
final class ChannelUrl {
    private ChannelUrl() {
    }

    /** Name of the channel that a URL names, or a failure in one line. */
    static String channel(final URI url) {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new JobException(400, "channel URL " + url + ": expected http://HOST:PORT/CHANNEL");
        }
        try {
            return SessionUrls.channel(url);
        } catch (final IllegalArgumentException e) {
            throw new JobException(400, e.getMessage());
        }
    }
}
