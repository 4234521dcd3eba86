package dev.rill.jobs.session;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One document of the events channel: an envelope with a queue type around an event with a type and a time.
 * Live-session specification, section 10.
 *
 * @param type        {@code status}, {@code error}, …
 * @param timestampMs milliseconds since the epoch.
 * @param fields      the event's other members, in order.
 */
public record SessionEvent(String type, long timestampMs, Map<String, Object> fields) {
    private static final String QUEUE = "ai_stream_events";
    private static final String TRACE_QUEUE = "stream_trace";
    private static final String TRACE_PREFIX = "runner_";

    /** As JSON, in its envelope. */
    public byte[] toJson() {
        final Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("timestamp", timestampMs);
        event.putAll(fields);
        final Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("queue_event_type", type.startsWith(TRACE_PREFIX) ? TRACE_QUEUE : QUEUE);
        envelope.put("event", event);
        return Json.write(envelope);
    }

    /**
     * Reads an event; a document without an envelope is the event itself.
     *
     * @param utf8 one segment of the events channel.
     * @return the event; type {@code unknown} and time 0 where they are missing.
     * @throws IllegalArgumentException when the document is not a JSON object.
     */
    @SuppressWarnings("unchecked") // A JSON object has string keys.
    public static SessionEvent fromJson(final byte[] utf8) {
        final Map<String, Object> document = Json.parseObject(utf8);
        final Map<String, Object> fields = new LinkedHashMap<>(
            document.get("event") instanceof Map<?, ?> event ? (Map<String, Object>) event : document);
        final Object type = fields.remove("type");
        final Object timestamp = fields.remove("timestamp");
        return new SessionEvent(
            type instanceof String text ? text : "unknown",
            timestamp instanceof Number number ? number.longValue() : 0L,
            fields);
    }
}
