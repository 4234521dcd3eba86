package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Keeps what a subscriber delivers and checks the grammar of {@link SegmentHandler} while it does. */
class RecordingHandler implements SegmentHandler {
    private final List<String> log = new ArrayList<>();
    private final Map<Long, byte[]> segments = new LinkedHashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long open = -1;
    private EndReason end;
    private String contentType;

    @Override
    public void onSegmentBegin(final long sequence, final String type) {
        assertThat(open).as("open segment at begin of %d", sequence).isEqualTo(-1);
        assertThat(end).isNull();
        assertThat(type).isNotNull();
        open = sequence;
        contentType = type;
        bytes.reset();
        log.add("begin " + sequence);
    }

    @Override
    public void onData(final long sequence, final ByteBuffer data) {
        assertThat(open).isEqualTo(sequence);
        assertThat(data.isReadOnly()).isTrue();
        assertThat(data.isDirect()).isTrue();
        assertThat(data.hasRemaining()).isTrue();
        final byte[] copy = new byte[data.remaining()];
        data.get(copy);
        bytes.write(copy, 0, copy.length);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        assertThat(open).isEqualTo(sequence);
        open = -1;
        segments.put(sequence, bytes.toByteArray());
        log.add((intact ? "end " : "torn ") + sequence);
    }

    @Override
    public void onGap(final long from, final long to) {
        assertThat(open).isEqualTo(-1);
        log.add("gap " + from + " " + to);
    }

    @Override
    public void onEnd(final EndReason reason) {
        assertThat(end).isNull();
        assertThat(open).isEqualTo(-1);
        end = reason;
        log.add("over " + reason);
    }

    /** {@code begin n}, {@code end n}, {@code torn n}, {@code gap from to}, {@code over reason}. */
    List<String> log() {
        return log;
    }

    /** Bytes of every segment that ended. */
    Map<Long, byte[]> segments() {
        return segments;
    }

    String contentType() {
        return contentType;
    }

    EndReason end() {
        return end;
    }

    /** Bytes of the open segment so far. */
    int openBytes() {
        return bytes.size();
    }

    /** Polls until the condition holds. */
    void pollUntil(final TrickleSubscriber subscriber, final BooleanSupplier condition) {
        Await.until(() -> "log " + log, () -> {
            subscriber.poll(this, 64);
            return condition.getAsBoolean();
        });
    }
}
