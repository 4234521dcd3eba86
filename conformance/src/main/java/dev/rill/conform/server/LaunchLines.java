package dev.rill.conform.server;

import dev.rill.conform.JsonObject;
import dev.rill.conform.Profile;
import java.util.LinkedHashMap;
import java.util.Map;

/** Words of the launch protocol. */
final class LaunchLines {
    static final String READY = "ready";
    static final String UNSUPPORTED = "unsupported";

    private static final String NAME = "profile";

    private LaunchLines() {
    }

    static JsonObject profile(final Profile profile) {
        final Map<String, Object> members = new LinkedHashMap<>();
        members.put(NAME, profile.name());
        members.putAll(profile.settings().values());
        return new JsonObject(members);
    }

    static Profile profile(final JsonObject line) {
        return new Profile(line.text(NAME), line);
    }

    static JsonObject createChannel(final String channel, final String contentType) {
        return JsonObject.with(
            "op", "local", "action", "createChannel", "channel", channel, "contentType", contentType);
    }

    static JsonObject write(final String channel, final String text) {
        return JsonObject.with("op", "local", "action", "write", "channel", channel, "text", text);
    }

    static JsonObject read(final String channel, final long sequence) {
        return JsonObject.with("op", "local", "action", "read", "channel", channel, "seq", sequence);
    }

    static JsonObject result(final String result) {
        return JsonObject.with("result", result);
    }

    static JsonObject result(final LocalRead read) {
        return LocalApi.OK.equals(read.result())
            ? JsonObject.with("result", read.result(), "text", read.text(), "metadata", read.metadata())
            : result(read.result());
    }

    static LocalRead read(final JsonObject answer) {
        final Map<String, String> metadata = new LinkedHashMap<>();
        answer.object("metadata").values().forEach((name, value) -> metadata.put(name, String.valueOf(value)));
        return new LocalRead(answer.text("result"), answer.text("text", ""), metadata);
    }
}
