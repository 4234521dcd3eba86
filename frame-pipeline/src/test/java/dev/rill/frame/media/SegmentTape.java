package dev.rill.frame.media;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.FrameNumber;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.Segmenter;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;

/** Records segments, and reads each of them alone, as a stranger would who knows nothing of the others. */
public class SegmentTape implements ResultSink {
    private final List<byte[]> segments = new ArrayList<>();
    private ByteArrayOutputStream open;
    private boolean isClosed;

    /** One packet as it was read. */
    public record Unit(Packet.Kind kind, long pts, long dts, boolean keyframe, byte[] bytes) { }

    /** One picture as it was decoded. */
    public record Picture(long number, long pts, int width, int height, int white) { }

    @Override
    public void beginSegment() {
        if (open != null) {
            throw new IllegalStateException("segment begins inside another one");
        }
        open = new ByteArrayOutputStream();
    }

    @Override
    public void accept(final ByteBuffer bytes) {
        final byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        open.writeBytes(copy);
    }

    @Override
    public void endSegment() {
        segments.add(open.toByteArray());
        open = null;
    }

    @Override
    public String location() {
        return "tape";
    }

    @Override
    public long bytesTaken() {
        return segments.stream().mapToLong(segment -> segment.length).sum();
    }

    @Override
    public long droppedUnits() {
        return 0;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    public boolean isClosed() {
        return isClosed;
    }

    public boolean isOpen() {
        return open != null;
    }

    public List<byte[]> segments() {
        return segments;
    }

    /** Reads a source to its end, through a segmenter. */
    public static SegmentTape of(final MediaSource source) {
        final SegmentTape tape = new SegmentTape();
        try (Segmenter segmenter = new Segmenter(source.program(), tape)) {
            boolean more = true;
            while (more) {
                more = source.read(segmenter);
            }
        }
        return tape;
    }

    /** Units of one segment. */
    public List<Unit> units(final int segment) {
        return units(segments.get(segment));
    }

    /** Units of all segments, each read alone. */
    public List<Unit> units(final Packet.Kind kind) {
        final List<Unit> units = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            units(i).stream().filter(unit -> unit.kind == kind).forEach(units::add);
        }
        return units;
    }

    public static List<Unit> units(final byte[] segment) {
        final List<Unit> units = new ArrayList<>();
        final PacketPool pool = new PacketPool();
        try (TsReader reader = new TsReader(new Collector(units), pool, SystemNanoClock.INSTANCE)) {
            final ByteBuffer bytes = ByteBuffer.allocateDirect(segment.length).put(segment).flip();
            reader.feed(bytes);
            reader.endOfSegment();
        }
        if (pool.outstanding() != 0) {
            throw new IllegalStateException(pool.outstanding() + " packets were not released");
        }
        return units;
    }

    /** Pictures of one segment, decoded alone by a decoder of its own. */
    public List<Picture> pictures(final int segment) {
        final List<Picture> pictures = new ArrayList<>();
        final PacketPool pool = new PacketPool();
        try (TestSlots slots = new TestSlots(2); VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (final Unit unit : units(segment)) {
                if (unit.kind == Packet.Kind.VIDEO) {
                    final Packet packet = pool.acquire();
                    packet.append(ByteBuffer.wrap(unit.bytes));
                    packet.describe(unit.kind, unit.pts, unit.dts, unit.keyframe, 0);
                    decoder.decode(packet, (slot, pts, arrivalNs, keyframe) -> {
                        pictures.add(new Picture(FrameNumber.read(slot), pts, slot.format().width(),
                            slot.format().height(), slot.plane(0).get(4 * slot.format().planeStride(0) + 4) & 0xFF));
                        slot.release();
                    });
                    packet.release();
                }
            }
            decoder.flush((slot, pts, arrivalNs, keyframe) -> {
                pictures.add(new Picture(FrameNumber.read(slot), pts, slot.format().width(),
                    slot.format().height(), 0));
                slot.release();
            });
        }
        return pictures;
    }

    /** Pictures of all segments, each decoded alone. */
    public List<Picture> pictures() {
        final List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            pictures.addAll(pictures(i));
        }
        return pictures;
    }

    private record Collector(List<Unit> units) implements TsHandler {
        @Override
        public void onProgram(final TsProgram program) {
            // Units tell enough.
        }

        @Override
        public void onPacket(final Packet packet) {
            final byte[] bytes = new byte[packet.length()];
            packet.data().get(0, bytes);
            units.add(new Unit(packet.kind(), packet.pts(), packet.dts(), packet.isKeyframe(), bytes));
            packet.release();
        }
    }
}
