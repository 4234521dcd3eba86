package dev.rill.trickle.channel;

/** Arrays of segments, sorted by sequence, replaced and never changed. */
final class Windows {
    private Windows() {
    }

    static Segment[] with(final Segment[] window, final Segment segment) {
        final Segment[] after = new Segment[window.length + 1];
        int i = 0;
        while (i < window.length && window[i].sequence() < segment.sequence()) {
            after[i] = window[i];
            i++;
        }
        after[i] = segment;
        System.arraycopy(window, i, after, i + 1, window.length - i);
        return after;
    }

    static Segment[] without(final Segment[] window, final Segment segment) {
        final Segment[] after = new Segment[window.length - 1];
        int count = 0;
        for (final Segment kept : window) {
            if (kept != segment) {
                after[count++] = kept;
            }
        }
        return after;
    }
}
