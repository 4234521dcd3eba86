package dev.rill.conform.client;

import dev.rill.conform.JsonObject;
import dev.rill.conform.Mismatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a client has reported. Any thread. */
final class EventLog implements Consumer<JsonObject> {
    private static final long SETTLE_MS = 300;

    private final List<JsonObject> events = new ArrayList<>();

    @Override
    public synchronized void accept(final JsonObject event) {
        events.add(event);
    }

    /** Waits for an event of this kind with these values among others. */
    void await(final String kind, final JsonObject values) {
        final JsonObject wanted = new JsonObject(values.values());
        Patience.until(
            "event " + kind, wanted.toString(), this::toString, () -> isThere(kind, wanted) || isClientLost());
        if (!isThere(kind, wanted)) {
            throw new Mismatch("event " + kind, wanted.toString(), toString());
        }
    }

    /** True once nothing more can come. */
    boolean isClientLost() {
        return isThere("lost", none());
    }

    /** Gives the client time to report something that it must not report. */
    void assertNone(final String kind) {
        Patience.pause(SETTLE_MS);
        if (isThere(kind, none())) {
            throw new Mismatch("events", "none of kind " + kind, toString());
        }
    }

    @Override
    public synchronized String toString() {
        return events.isEmpty() ? "no event" : events.toString();
    }

    private synchronized boolean isThere(final String kind, final JsonObject wanted) {
        return events.stream().anyMatch(event ->
            kind.equals(event.get("event")) && event.values().entrySet().containsAll(wanted.values().entrySet()));
    }

    private static JsonObject none() {
        return JsonObject.with();
    }
}
