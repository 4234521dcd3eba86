package dev.rill.jobs.session;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an orchestrator answers to a start request, from the gateway's point of view: it publishes to {@code publishUrl}
 * and subscribes to {@code subscribeUrl}. Live-session specification, section 7.
 * <p>
 * A session that transcodes names the channel of each rendition in a member {@code renditions} of its own, by name in
 * the order of the profiles; {@code subscribeUrl} is that of the first. Clients that know nothing of it get that one.
 */
public record SessionReply(
    String manifestId, URI publishUrl, URI subscribeUrl, URI controlUrl, URI eventsUrl, String requestId,
    Map<String, URI> renditions) {

    /**
     * Names the channels of a session under the base of the trickle server that holds them.
     *
     * @param channels the session's channels.
     * @param base     ends with a slash.
     * @param requestId the gateway's own id, echoed.
     * @return the reply.
     */
    public static SessionReply of(final SessionChannels channels, final URI base, final String requestId) {
        final Map<String, URI> renditions = new LinkedHashMap<>();
        channels.renditions().forEach(name -> renditions.put(name, base.resolve(channels.out(name))));
        return new SessionReply(
            channels.manifestId(), base.resolve(channels.in()), base.resolve(channels.out()),
            base.resolve(channels.control()), base.resolve(channels.events()), requestId, renditions);
    }

    /** As JSON. */
    public byte[] toJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("publish_url", publishUrl.toString());
        document.put("subscribe_url", subscribeUrl.toString());
        document.put("control_url", controlUrl.toString());
        document.put("events_url", eventsUrl.toString());
        document.put("manifest_id", manifestId);
        document.put("request_id", requestId);
        if (!renditions.isEmpty()) {
            final Map<String, String> urls = new LinkedHashMap<>();
            renditions.forEach((name, url) -> urls.put(name, url.toString()));
            document.put("renditions", urls);
        }
        return Json.write(document);
    }

    /**
     * Reads a reply.
     *
     * @param utf8         the body.
     * @param orchestrator completes URLs that carry no host.
     * @return the reply.
     * @throws IllegalArgumentException naming the URL that is missing or malformed.
     */
    public static SessionReply fromJson(final byte[] utf8, final URI orchestrator) {
        final Map<String, Object> document = Json.parseObject(utf8);
        return new SessionReply(
            String.valueOf(document.getOrDefault("manifest_id", "")),
            url(document, "publish_url", orchestrator), url(document, "subscribe_url", orchestrator),
            url(document, "control_url", orchestrator), url(document, "events_url", orchestrator),
            String.valueOf(document.getOrDefault("request_id", "")), renditions(document, orchestrator));
    }

    private static Map<String, URI> renditions(final Map<String, Object> document, final URI orchestrator) {
        final Map<String, URI> renditions = new LinkedHashMap<>();
        if (document.get("renditions") instanceof final Map<?, ?> urls) {
            urls.forEach((name, url) -> renditions.put(
                String.valueOf(name), orchestrator.resolve(URI.create(String.valueOf(url)))));
        }
        return renditions;
    }

    private static URI url(final Map<String, Object> document, final String name, final URI orchestrator) {
        if (document.get(name) instanceof String text && !text.isEmpty()) {
            return orchestrator.resolve(URI.create(text));
        }
        throw new IllegalArgumentException(name + ": expected a URL, got " + document.get(name));
    }
}
