package dev.rill.jobs.session;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Channels;
import java.util.List;

/**
 * The four channels of one live session, named after its manifest id; see the live-session specification, section 2.
 *
 * @param manifestId 32 lower-case hex digits when we host; 8 from others.
 */
public record SessionChannels(String manifestId) {
    private static final String MEDIA = "video/MP2T";
    private static final String JSON = "application/json";
    /** A reader that is held up for a moment must not miss a document of a burst, so more are kept than of media. */
    private static final int RETAINED_DOCUMENTS = 64;

    /** Media from the gateway to the engine. */
    public String in() {
        return manifestId;
    }

    /** Media from the engine to the gateway. */
    public String out() {
        return manifestId + "-out";
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
        return List.of(in(), out(), control(), events());
    }

    /** Creates all four, before anybody learns their names. */
    public void create(final Channels channels) {
        channels.create(in(), MEDIA);
        channels.create(out(), MEDIA);
        final ChannelOptions documents = ChannelOptions.DEFAULTS.retainedSegments(RETAINED_DOCUMENTS);
        channels.create(control(), JSON, documents);
        channels.create(events(), JSON, documents);
    }

    /** Closes all four; those already gone are skipped. */
    public void close(final Channels channels) {
        names().forEach(channels::close);
    }
}
