package dev.rill.conform.client;

import dev.rill.conform.JsonObject;
import java.net.URI;

/**
 * What a client under test is to do.
 *
 * @param role    {@code publisher} or {@code subscriber}.
 * @param baseUrl base URL of the channels, with a slash at the end.
 * @param channel name of the channel.
 * @param config  of a publisher {@code startSeq}: a number or {@code resume}; of a subscriber {@code start}: a number.
 */
public record ClientTask(String role, URI baseUrl, String channel, JsonObject config) {
    private static final String PUBLISHER = "publisher";
    private static final String SUBSCRIBER = "subscriber";

    /**
     * Checks the role.
     */
    public ClientTask {
        if (!role.equals(PUBLISHER) && !role.equals(SUBSCRIBER)) {
            throw new IllegalArgumentException("expected role publisher or subscriber, got " + role);
        }
    }

    /** True for a publisher, false for a subscriber. */
    public boolean isPublisher() {
        return role.equals(PUBLISHER);
    }

    /** True for a publisher that takes over where the last one stopped. */
    public boolean isResume() {
        return "resume".equals(config.get("startSeq"));
    }

    static ClientTask of(final JsonObject line) {
        return new ClientTask(
            line.text("role"), URI.create(line.text("baseUrl")), line.text("channel"), line.object("config"));
    }

    JsonObject toJson() {
        return JsonObject.with("role", role, "baseUrl", baseUrl.toString(), "channel", channel, "config", config);
    }
}
