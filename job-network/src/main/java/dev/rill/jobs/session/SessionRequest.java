package dev.rill.jobs.session;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a gateway asks of an orchestrator: body of {@code POST /live-video-to-video}, live-session specification,
 * section 7.
 *
 * @param modelId          name of the model, for built-in models the bare name, for instance {@code invert}.
 * @param params           initial parameters by name, among them the {@linkplain SessionSize size} of the output;
 *                         empty for the model's defaults.
 * @param gatewayRequestId id in the gateway's books; empty if it has none.
 * @param streamId         id that the client knows; empty if it has none.
 */
public record SessionRequest(String modelId, Map<String, Object> params, String gatewayRequestId, String streamId) {
    /** Route of the start request on the orchestrator. */
    public static final String ROUTE = "/live-video-to-video";

    /** As JSON, with the two empty URLs that the schema in the field demands. */
    public byte[] toJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("model_id", modelId);
        document.put("params", params);
        document.put("gateway_request_id", gatewayRequestId);
        document.put("stream_id", streamId);
        document.put("subscribe_url", "");
        document.put("publish_url", "");
        return Json.write(document);
    }

    /**
     * Reads a request.
     *
     * @param utf8 the body.
     * @return the request.
     * @throws IllegalArgumentException naming the member that is missing or of the wrong type.
     */
    public static SessionRequest fromJson(final byte[] utf8) {
        final Map<String, Object> document = Json.parseObject(utf8);
        final String modelId = text(document, "model_id");
        if (modelId.isEmpty()) {
            throw new IllegalArgumentException("model_id: expected the name of a model, got nothing");
        }
        return new SessionRequest(
            modelId, params(document), text(document, "gateway_request_id"), text(document, "stream_id"));
    }

    private static String text(final Map<String, Object> document, final String name) {
        final Object value = document.getOrDefault(name, "");
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + ": expected a string, got " + value);
    }

    @SuppressWarnings("unchecked") // A JSON object has string keys.
    private static Map<String, Object> params(final Map<String, Object> document) {
        final Object value = document.get("params");
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> members) {
            return (Map<String, Object>) members;
        }
        throw new IllegalArgumentException("params: expected an object, got " + value);
    }
}
