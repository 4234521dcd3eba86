package dev.rill.frame.source;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.ts.ByteSink;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsWriter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Cuts packets into transport stream segments that are complete in themselves: each begins with PAT, PMT and a
 * keyframe.
 * <p>
 * GOPs are joined until a segment is at least as long as asked for, and never split. Audio stays in the order in which
 * it comes. In front of the first keyframe video is dropped, and so is audio that is to be heard before that keyframe
 * is seen; later audio waits for it. Bytes leave as they are made. Single-threaded.
 * <p>
 * Live sessions, specification section 4 and 12.2.
 */
public final class Segmenter implements PacketHandler, AutoCloseable {
    /** Least duration of a segment if not set: 1 s, in 90 kHz ticks. */
    public static final long DEFAULT_MINIMUM_TICKS = 90_000;

    private static final int MAX_LEADING_AUDIO = 256;

    private final SegmentSink sink;
    private final TsWriter writer;
    private final ByteSink bytes;
    private final long minimumTicks;
    private final boolean keepsSegments;
    private final Deque<Packet> leadingAudio = new ArrayDeque<>();
    private boolean open;
    private long segmentStart;
    private long segments;
    private long leadingPackets;

    /**
     * Segments of at least one second.
     *
     * @param program streams of the packets.
     * @param sink    takes the segments.
     */
    public Segmenter(final TsProgram program, final SegmentSink sink) {
        this(program, sink, DEFAULT_MINIMUM_TICKS);
    }

    /**
     * Segments of at least a given duration.
     *
     * @param program      streams of the packets.
     * @param sink         takes the segments.
     * @param minimumTicks least duration in 90 kHz ticks, 1 or more; 1 makes every GOP a segment.
     */
    public Segmenter(final TsProgram program, final SegmentSink sink, final long minimumTicks) {
        this(program, sink, minimumTicks, false);
    }

    private Segmenter(
        final TsProgram program, final SegmentSink sink, final long minimumTicks, final boolean keepsSegments) {
        if (minimumTicks < 1) {
            throw new IllegalArgumentException("minimumTicks: expected 1 or more, actual " + minimumTicks);
        }
        this.sink = sink;
        this.minimumTicks = minimumTicks;
        this.keepsSegments = keepsSegments;
        writer = new TsWriter(program);
        bytes = sink::accept;
    }

    /**
     * Segments that are those of the source, as {@link #cut} tells: audio in front of a keyframe waits for it, and none
     * is dropped.
     *
     * @param program streams of the packets; only a keyframe that is to begin a segment is described as one.
     * @param sink    takes the segments.
     * @return the segmenter.
     */
    public static Segmenter ofSource(final TsProgram program, final SegmentSink sink) {
        return new Segmenter(program, sink, 1, true);
    }

    @Override
    public void onPacket(final Packet packet) {
        try {
            if (packet.kind() == Packet.Kind.VIDEO && packet.isKeyframe()) {
                cut(packet.dts());
            }
            if (open) {
                writer.write(packet, bytes);
                writeLeadingAudio(packet.pts());
            }
        } finally {
            releaseOrHold(packet);
        }
    }

    private void releaseOrHold(final Packet packet) {
        if (open) {
            packet.release();
        } else if (packet.kind() == Packet.Kind.AUDIO && leadingAudio.size() < MAX_LEADING_AUDIO) {
            leadingAudio.add(packet);
        } else {
            leadingPackets++;
            packet.release();
        }
    }

    private void writeLeadingAudio(final long videoPts) {
        while (!leadingAudio.isEmpty()) {
            final Packet packet = leadingAudio.poll();
            if (packet.pts() >= videoPts || keepsSegments) {
                writer.write(packet, bytes);
            } else {
                leadingPackets++;
            }
            packet.release();
        }
    }

    /** A jump back in time cuts as well, so that no segment contains one. */
    private void cut(final long dts) {
        if (open && dts >= segmentStart && dts - segmentStart < minimumTicks) {
            return;
        }
        endSegment();
        open = true;
        segmentStart = dts;
        segments++;
        sink.beginSegment();
        writer.beginSegment(bytes);
    }

    /** Ends a segment of the source; one for which no keyframe came is empty. */
    public void cut() {
        if (!open) {
            segments++;
            sink.beginSegment();
            open = true;
        }
        endSegment();
    }

    /** Segments begun so far. */
    public long segments() {
        return segments;
    }

    /**
     * Packets dropped because they came, or belong, in front of the first keyframe, or because no keyframe came behind
     * them.
     */
    public long leadingPackets() {
        return leadingPackets;
    }

    /** Ends the open segment, if any; a further keyframe begins the next one. Audio that waits for it is dropped. */
    @Override
    public void close() {
        endSegment();
        leadingPackets += leadingAudio.size();
        leadingAudio.forEach(Packet::release);
        leadingAudio.clear();
    }

    private void endSegment() {
        if (open) {
            open = false;
            sink.endSegment();
        }
    }
}
