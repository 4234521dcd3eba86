package dev.rill.harness;

import dev.rill.jobs.session.Json;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a changefeed tells: which channels there are, and what becomes of them. One thread.
 * <pre>
 *   segment: {"added":["name"]} or {"removed":["name"]}; both members may stand in one, each with any number of names
 * </pre>
 */
final class ChannelList implements SegmentHandler {
    private static final int MAX_EVENT = 64 << 20;

    private final Listener listener;
    private final SortedSet<String> names = new TreeSet<>();
    private final ByteArrayOutputStream event = new ByteArrayOutputStream();
    private long read = -1;
    private long missed;
    private EndReason endReason;

    /** Told what happens. */
    interface Listener {
        void onAdded(String name);

        void onRemoved(String name);

        /** Events were lost; what they said is unknown. */
        void onGap(long events);

        /** A segment that is no event. */
        void onMalformed(long sequence, String why);
    }

    ChannelList(final Listener listener) {
        this.listener = listener;
    }

    /** Names of the channels, as far as the events tell. */
    SortedSet<String> names() {
        return names;
    }

    /** Number of the last event that was read; -1 before the first. */
    long read() {
        return read;
    }

    /** Events that were lost, those included that were too old when this began. */
    long missed() {
        return missed;
    }

    /** Why the feed is over; null while it is not. */
    EndReason endReason() {
        return endReason;
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        event.reset();
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        final byte[] copy = new byte[Math.min(bytes.remaining(), MAX_EVENT - event.size())];
        bytes.get(copy);
        event.write(copy, 0, copy.length);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        read = sequence;
        if (event.size() > 0) {
            try {
                apply(event.toByteArray());
            } catch (final IllegalArgumentException e) {
                listener.onMalformed(sequence, e.getMessage());
            }
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        missed += to - from;
        listener.onGap(to - from);
    }

    @Override
    public void onEnd(final EndReason reason) {
        endReason = reason;
    }

    private void apply(final byte[] json) {
        final var members = Json.parseObject(json);
        for (final String name : strings(members.get("added"))) {
            if (names.add(name)) {
                listener.onAdded(name);
            }
        }
        for (final String name : strings(members.get("removed"))) {
            names.remove(name);
            listener.onRemoved(name);
        }
    }

    private static List<String> strings(final Object member) {
        if (member == null) {
            return List.of();
        }
        if (member instanceof Collection<?> values) {
            return values.stream().map(String::valueOf).toList();
        }
        throw new IllegalArgumentException("expected an array of names, got " + member);
    }
}
