package dev.rill.trickle;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** One complete request to a route that is not trickle's. Immutable, may be kept and read by any thread. */
public interface Request {
    /** {@code GET}, {@code POST}, ... as sent. */
    String method();

    /** Raw path without the query, not percent-decoded, beginning with a slash. */
    String path();

    /** Raw query without its question mark; empty if there is none. */
    String query();

    /**
     * First value of a header.
     *
     * @param name compared without regard to case.
     * @return the value, or null if the header is absent.
     */
    String header(String name);

    /** Every header; names in lower case, values in the order of arrival. */
    Map<String, List<String>> headers();

    /** The whole body, at most 1 MiB; a fresh read-only view from position 0 at each call. */
    ByteBuffer body();

    /** Address of the peer as {@code host:port}. */
    String remoteAddress();
}
