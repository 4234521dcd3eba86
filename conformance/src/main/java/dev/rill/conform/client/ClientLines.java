package dev.rill.conform.client;

import dev.rill.conform.JsonObject;

/** What the application does, in words of the client protocol. */
final class ClientLines {
    static final String APP = "app";
    static final String OPEN_SEGMENT = "openSegment";
    static final String WRITE = "write";
    static final String CLOSE_SEGMENT = "closeSegment";
    static final JsonObject OPEN = JsonObject.with(APP, OPEN_SEGMENT);
    static final JsonObject CLOSE = JsonObject.with(APP, CLOSE_SEGMENT);

    private ClientLines() {
    }

    static JsonObject write(final String text) {
        return JsonObject.with(APP, WRITE, "text", text);
    }
}
