package dev.rill.trickle.channel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells, on a channel of its own, which channels come and go: one JSON object per segment, {@code {"added":["name"]}}
 * or {@code {"removed":["name"]}}, in the order of the changes. Wire specification, section 5 and I-20.
 * <p>
 * A change is queued on the channel while the registry makes it, so that the order is one; it becomes readable by the
 * next {@link #flush}, and whoever must not be answered before that uses {@link #settle} or {@link #await}. Any thread.
 */
public final class Changefeed {
    /** Name of the channel. */
    public static final String NAME = "_changes";

    /** Content type of the channel. */
    public static final String CONTENT_TYPE = "application/json";

    private final Channel channel;
    private final Set<String> names = new LinkedHashSet<>(); // Touched only by commands of the channel.

    Changefeed(final Channel channel) {
        this.channel = channel;
        added(NAME);
        flush();
    }

    /** Parked and streaming reads now. */
    public int readers() {
        return channel.readers();
    }

    Channel channel() {
        return channel;
    }

    /** Queues an event; calls nobody. */
    void added(final String name) {
        channel.offer(new Event(name, true));
    }

    /** Queues an event; calls nobody. */
    void removed(final String name) {
        channel.offer(new Event(name, false));
    }

    /** Makes what is queued readable, unless another thread is doing so. */
    void flush() {
        channel.drain();
    }

    /** Calls {@code then}, on any thread, when every event queued before is readable. */
    void settle(final Runnable then) {
        channel.submit(new Settling(then));
    }

    /** Waits until every event queued before is readable. For in-process callers; never on an event loop. */
    void await() {
        channel.submitAndAwait(new Settling(null));
    }

    /** All names in one object, as a reader knows them that has read every event below a number. */
    public abstract static class Snapshot extends ChannelCommand {
        private final Changefeed feed;
        private String[] names;
        private long pointer;

        /**
         * @param feed to which this is passed.
         */
        protected Snapshot(final Changefeed feed) {
            this.feed = feed;
        }

        @Override
        final void apply(final Channel channel) {
            names = feed.names.toArray(new String[0]);
            pointer = channel.pointer();
        }

        /** Number of the first event that is not in here. */
        public final long pointer() {
            return pointer;
        }

        /** {@code {"added":[all names]}} in UTF-8. */
        public final byte[] json() {
            return object("added", List.of(names));
        }
    }

    /**
     * Takes a snapshot.
     *
     * @param snapshot told when it is there.
     */
    public void take(final Snapshot snapshot) {
        channel.submit(snapshot);
    }

    private static byte[] object(final String member, final Collection<String> values) {
        final StringBuilder text = new StringBuilder().append("{\"").append(member).append("\":[");
        String separator = "";
        for (final String value : values) {
            text.append(separator);
            JsonText.appendTo(text, value);
            separator = ",";
        }
        return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private final class Event extends ChannelCommand {
        private final String name;
        private final boolean added;

        Event(final String name, final boolean added) {
            this.name = name;
            this.added = added;
        }

        @Override
        void apply(final Channel feed) {
            if (feed.isClosed()) {
                return;
            }
            if (added) {
                names.add(name);
            } else {
                names.remove(name);
            }
            final ByteBuffer payload = ByteBuffer.wrap(object(added ? "added" : "removed", List.of(name)));
            final int length = payload.remaining();
            final Segment segment = feed.findOrInsert(feed.pointer());
            final long pages = segment.pagesFor(length);
            segment.source().reserve(pages);
            segment.appendCopy(payload, pages);
            feed.counters().add(Counter.BYTES_COPIED_LOCAL, length);
            feed.counters().add(Counter.BYTES_IN, length);
            feed.meter().bytesIn(length);
            feed.pointerAtLeast(segment.sequence() + 1);
            feed.touch();
            segment.begin(feed.activityNs());
            feed.begun(segment);
            feed.close(segment, SegmentState.COMPLETE, Counter.SEGMENTS_COMPLETED);
        }
    }

    private static final class Settling extends ChannelCommand {
        private final Runnable then;

        Settling(final Runnable then) {
            this.then = then;
        }

        @Override
        void apply(final Channel feed) {
            // What counts is its place in the queue.
        }

        @Override
        protected void onApplied() {
            if (then != null) {
                then.run();
            }
        }
    }
}
