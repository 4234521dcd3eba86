package dev.rill.jobs.gateway;

import java.net.URI;

/** Takes channel URLs apart. */
public final class SessionUrls {
    private SessionUrls() {
    }

    /**
     * Name of the channel: the decoded last segment of the path.
     *
     * @param url for instance {@code http://host:port/ai/trickle/a7-out}.
     * @return for instance {@code a7-out}.
     * @throws IllegalArgumentException when the URL names no channel.
     */
    public static String channel(final URI url) {
        final String path = url.getRawPath() == null ? "" : url.getRawPath();
        final String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                "channel URL " + url + ": expected the name of a channel after the last slash");
        }
        return URI.create("x:/" + name).getPath().substring(1);
    }

    /**
     * What stands before the name of the channel.
     *
     * @param url for instance {@code http://host:port/ai/trickle/a7-out}.
     * @return for instance {@code http://host:port/ai/trickle/}.
     */
    public static URI base(final URI url) {
        return url.resolve("./");
    }
}
