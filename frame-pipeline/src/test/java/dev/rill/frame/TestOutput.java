package dev.rill.frame;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A publisher that keeps what it is given; a test can make it push back or fail. */
final class TestOutput implements TricklePublisher {
    volatile boolean pushesBack;
    volatile EndReason failure;
    volatile boolean closed;
    private final List<ByteArrayOutputStream> segments = new ArrayList<>();
    private int open;

    /**
     * One output unit.
     *
     * @param kind     of its stream.
     * @param pts      presentation time.
     * @param dts      decoding time.
     * @param keyframe whether decoding can begin.
     * @param payload  bytes.
     */
    record Unit(Packet.Kind kind, long pts, long dts, boolean keyframe, byte[] payload) {
    }

    synchronized List<byte[]> segments() {
        return segments.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }

    synchronized int openSegments() {
        return open;
    }

    /** Units of every segment, each segment read alone, as a late viewer would. */
    List<List<Unit>> units() {
        final List<List<Unit>> result = new ArrayList<>();
        for (final byte[] segment : segments()) {
            result.add(read(segment));
        }
        return result;
    }

    List<Unit> units(final Packet.Kind kind) {
        return units().stream().flatMap(List::stream).filter(unit -> unit.kind() == kind).toList();
    }

    List<Long> videoPts() {
        return units(Packet.Kind.VIDEO).stream().map(Unit::pts).toList();
    }

    @Override
    public synchronized SegmentWriter beginSegment() {
        if (closed || open > 0) {
            throw new IllegalStateException("closed=" + closed + " open=" + open);
        }
        open++;
        segments.add(new ByteArrayOutputStream());
        return new Writer(segments.size() - 1);
    }

    @Override
    public EndReason failure() {
        return failure;
    }

    @Override
    public int unconfirmedSegments() {
        return 0;
    }

    @Override
    public void leave() {
        close();
    }

    @Override
    public void close() {
        closed = true;
    }

    static List<Unit> read(final byte[] segment) {
        return UnitTape.read(segment).units();
    }

    private final class Writer implements SegmentWriter {
        private final int index;
        private boolean complete;

        Writer(final int index) {
            this.index = index;
        }

        @Override
        public long sequence() {
            return index;
        }

        @Override
        public int offer(final ByteBuffer source) {
            if (failure != null || complete) {
                return CLOSED;
            }
            if (pushesBack) {
                return BACK_PRESSURED;
            }
            final byte[] chunk = new byte[source.remaining()];
            source.get(chunk);
            synchronized (TestOutput.this) {
                segments.get(index).writeBytes(chunk);
            }
            return chunk.length;
        }

        @Override
        public void complete() {
            synchronized (TestOutput.this) {
                open -= complete ? 0 : 1;
                complete = true;
            }
        }

        @Override
        public void abort() {
            complete();
        }
    }
}
