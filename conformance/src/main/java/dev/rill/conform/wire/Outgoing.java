package dev.rill.conform.wire;

import java.util.Map;

/**
 * A request as a scenario wants it.
 *
 * @param method  verb.
 * @param path    as it goes over the wire, percent-encoded.
 * @param headers beyond the ones that the framing of the body and the protocol need.
 * @param body    the whole body; null for none, or for one that follows piece by piece.
 * @param open    true if the body follows piece by piece.
 */
public record Outgoing(String method, String path, Map<String, String> headers, byte[] body, boolean open) {
    /** A request without a body. */
    public static Outgoing bodyless(final String method, final String path) {
        return new Outgoing(method, path, Map.of(), null, false);
    }
}
