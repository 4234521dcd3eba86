package dev.rill.trickle.server;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Keeps what one subscription delivered. */
final class CollectingHandler implements SegmentHandler {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int begins;
    int ends;
    long lastSequence = -1;
    String contentType;
    EndReason endReason;

    @Override
    public void onSegmentBegin(final long sequence, final String type) {
        begins++;
        lastSequence = sequence;
        contentType = type;
    }

    @Override
    public void onData(final long sequence, final ByteBuffer data) {
        final byte[] copy = new byte[data.remaining()];
        data.get(copy);
        bytes.writeBytes(copy);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        ends++;
    }

    @Override
    public void onGap(final long from, final long to) {
        lastSequence = to;
    }

    @Override
    public void onEnd(final EndReason reason) {
        endReason = reason;
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
