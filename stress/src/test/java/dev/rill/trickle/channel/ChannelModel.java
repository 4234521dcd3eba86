package dev.rill.trickle.channel;

import java.util.Iterator;
import java.util.TreeMap;

/** What a channel is, without threads, blocks and commands: the specification of {@link ChannelLinearizabilityTest}. */
public class ChannelModel {
    static final int WINDOW = 2;
    static final int CLOSED = -3;
    static final int GONE = -2;

    private final TreeMap<Integer, Entry> window = new TreeMap<>();
    private int pointer;
    private boolean closed;
    private Entry writing;
    private boolean appended;

    private static final class Entry {
        private final int sequence;
        private int length;
        private boolean ended;

        Entry(final int sequence) {
            this.sequence = sequence;
        }
    }

    /** Opens the segment at the pointer. */
    public int begin() {
        if (writing != null) {
            return -1;
        }
        if (closed) {
            return CLOSED;
        }
        writing = window.computeIfAbsent(pointer, Entry::new);
        appended = false;
        if (window.size() > WINDOW) {
            window.pollFirstEntry();
        }
        return writing.sequence;
    }

    /** Appends a byte. */
    public int append() {
        if (writing == null) {
            return -1;
        }
        final boolean first = !appended;
        if (!writing.ended) {
            appended = true;
            writing.length++;
            pointerAtLeast(writing.sequence + 1);
        }
        return first ? 0 : writing.ended ? 0 : 1;
    }

    /** Ends the segment. */
    public void complete() {
        if (writing != null && !writing.ended) {
            pointerAtLeast(writing.sequence + 1);
            end(writing);
        }
        writing = null;
    }

    /** Gives the segment up; without a byte that changes nothing. */
    public void abort() {
        if (writing != null && !writing.ended && writing.length > 0) {
            end(writing);
        }
        writing = null;
    }

    /** Length that a reader sees. */
    public int length(final int sequence) {
        final Entry entry = window.get(sequence);
        if (closed) {
            return entry == null ? CLOSED : entry.length;
        }
        return entry == null || entry.length == 0 && !entry.ended ? GONE : entry.length;
    }

    /** The pointer. */
    public int pointer() {
        return pointer;
    }

    /** Drops a segment. */
    public boolean drop(final int sequence) {
        final Entry entry = closed ? null : window.get(sequence);
        if (entry != null && !entry.ended) {
            end(entry);
        }
        return entry != null;
    }

    /** Closes the channel: what has ended with bytes stays. */
    public void close() {
        closed = true;
        final Iterator<Entry> entries = window.values().iterator();
        while (entries.hasNext()) {
            final Entry entry = entries.next();
            if (!entry.ended || entry.length == 0) {
                entry.ended = true;
                entries.remove();
            }
        }
    }

    private void end(final Entry entry) {
        entry.ended = true;
        if (entry.sequence == pointer) {
            pointer++;
        }
        passEnded();
    }

    private void pointerAtLeast(final int sequence) {
        if (pointer < sequence) {
            pointer = sequence;
            passEnded();
        }
    }

    private void passEnded() {
        while (window.containsKey(pointer) && window.get(pointer).ended) {
            pointer++;
        }
    }
}
