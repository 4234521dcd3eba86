package dev.rill.conform.client;

import dev.rill.conform.JsonObject;

/** What a client under test reports, as it goes over the client protocol. */
public final class ClientEvents {
    /** Reason of an end: the peer does not know the channel. */
    public static final String CHANNEL_NOT_FOUND = "channelNotFound";
    /** Reason of an end: the channel was closed. */
    public static final String END_OF_STREAM = "endOfStream";
    /** Reason of an end: the peer cannot be reached or breaks the protocol. */
    public static final String PEER_LOST = "peerLost";

    private ClientEvents() {
    }

    /** A publisher's open segment has this number. */
    public static JsonObject opened(final long sequence) {
        return JsonObject.with("event", "opened", "seq", sequence);
    }

    /** The server has confirmed a whole segment of a publisher. */
    public static JsonObject stored(final long sequence) {
        return JsonObject.with("event", "stored", "seq", sequence);
    }

    /** A segment of a publisher is lost; the publisher goes on. */
    public static JsonObject failed(final long sequence) {
        return JsonObject.with("event", "failed", "seq", sequence);
    }

    /** A publisher can publish no more. */
    public static JsonObject error(final String reason) {
        return JsonObject.with("event", "error", "reason", reason);
    }

    /** A subscriber has read a segment to its end. */
    public static JsonObject segment(final long sequence, final String text) {
        return JsonObject.with("event", "segment", "seq", sequence, "text", text);
    }

    /** A subscriber has skipped segments. */
    public static JsonObject gap(final long from, final long to) {
        return JsonObject.with("event", "gap", "from", from, "to", to);
    }

    /** A subscription is over. */
    public static JsonObject end(final String reason) {
        return JsonObject.with("event", "end", "reason", reason);
    }

    /** The client itself is gone, which it must not be before it is told so. */
    static JsonObject lost(final String reason) {
        return JsonObject.with("event", "lost", "reason", reason);
    }
}
