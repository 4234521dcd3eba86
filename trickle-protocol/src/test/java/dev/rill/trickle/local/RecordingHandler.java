package dev.rill.trickle.local;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down every event as text. */
class RecordingHandler implements SegmentHandler {
    final List<String> events = new ArrayList<>();
    String contentType;

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        this.contentType = contentType;
        events.add("begin " + sequence);
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        events.add("data " + sequence + " " + StandardCharsets.UTF_8.decode(bytes));
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        events.add("end " + sequence + (intact ? "" : " torn"));
    }

    @Override
    public void onGap(final long from, final long to) {
        events.add("gap " + from + " to " + to);
    }

    @Override
    public void onEnd(final EndReason reason) {
        events.add("over " + reason);
    }
}
