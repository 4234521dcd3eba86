package dev.rill.jobs.session;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Channels;
import java.util.ArrayList;
import java.util.List;

/**
 * The channels of one live session, named after its manifest id; see the live-session specification, section 2. There
 * are four, or one more than there are renditions for a session that transcodes.
 *
 * @param manifestId 32 lower-case hex digits when we host; 8 from others.
 * @param renditions names of the renditions, empty for one result without a name.
 */
public record SessionChannels(String manifestId, List<String> renditions) {
    private static final String MEDIA = "video/MP2T";
    private static final String JSON = "application/json";
    /** A reader that is held up for a moment must not miss a document of a burst, so more are kept than of media. */
    private static final int RETAINED_DOCUMENTS = 64;

    /**
     * Copies the list.
     */
    public SessionChannels {
        renditions = List.copyOf(renditions);
    }

    /** Channels of a session with one result. */
    public SessionChannels(final String manifestId) {
        this(manifestId, List.of());
    }

    /** Media from the gateway to the engine. */
    public String in() {
        return manifestId;
    }

    /** Media from the engine to the gateway: the result, or the first rendition. */
    public String out() {
        return renditions.isEmpty() ? manifestId + "-out" : out(renditions.get(0));
    }

    /** Media of one rendition. */
    public String out(final String rendition) {
        return manifestId + "-out-" + rendition;
    }

    /** Parameters from the gateway to the engine, one JSON document per segment. */
    public String control() {
        return manifestId + "-control";
    }

    /** Status and errors from the engine to the gateway, one JSON document per segment. */
    public String events() {
        return manifestId + "-events";
    }

    /** All names, in the order of their creation. */
    public List<String> names() {
        final List<String> names = new ArrayList<>(List.of(in(), control(), events()));
        names.addAll(1, outs());
        return names;
    }

    private List<String> outs() {
        return renditions.isEmpty() ? List.of(out()) : renditions.stream().map(this::out).toList();
    }

    /** Creates all, before anybody learns their names. */
    public void create(final Channels channels) {
        channels.create(in(), MEDIA);
        outs().forEach(out -> channels.create(out, MEDIA));
        final ChannelOptions documents = ChannelOptions.DEFAULTS.retainedSegments(RETAINED_DOCUMENTS);
        channels.create(control(), JSON, documents);
        channels.create(events(), JSON, documents);
    }

    /** Closes all; those already gone are skipped. */
    public void close(final Channels channels) {
        names().forEach(channels::close);
    }
}
