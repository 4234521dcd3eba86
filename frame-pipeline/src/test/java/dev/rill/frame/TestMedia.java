package dev.rill.frame;

import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.frame.ts.ByteSink;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Really encoded input for tests: moving gradients with random bytes for audio, cut into segments of one GOP. */
final class TestMedia {
    static final int STEP = 3000;

    final List<byte[]> segments = new ArrayList<>();
    final List<Long> pts = new ArrayList<>();
    final List<byte[]> audio = new ArrayList<>();

    private final PacketPool pool = new PacketPool();
    private final Random random = new Random(42);

    private TestMedia() {
    }

    static TestMedia video(
        final Bridge bridge, final int width, final int height, final long firstPts, final int frames, final int gop) {
        return new TestMedia().make(bridge, width, height, firstPts, frames, gop, TsProgram.of(TsStream.h264(0x100)));
    }

    /** Pictures in one segment whose units carry the given times, however absurd; a keyframe every {@code gop}. */
    static TestMedia timed(
        final Bridge bridge, final int width, final int height, final int gop, final long... times) {
        return timed(bridge, FrameFormat.of(PixelFormat.I420, width, height), gop, times);
    }

    static TestMedia timed(final Bridge bridge, final FrameFormat format, final int gop, final long... times) {
        final TestMedia media = new TestMedia();
        final TsWriter writer = new TsWriter(TsProgram.of(TsStream.h264(0x100)));
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.beginSegment(sink(bytes));
        try (FramePool slots = bridge.newPool(format, 1);
            VideoEncoder encoder = Codecs.h264Encoder(new EncoderContext().format(format).packetPool(media.pool))) {
            for (int frame = 0; frame < times.length; frame++) {
                final long time = times[frame];
                media.writeVideo(encoder, slots, frame, (long) STEP * frame, frame % gop == 0, packet -> write(
                    writer, packet.describe(packet.kind(), time, time, packet.isKeyframe(), 1), bytes));
                media.pts.set(frame, time);
            }
        }
        media.segments.add(bytes.toByteArray());
        return media;
    }

    static TestMedia videoAndAudio(
        final Bridge bridge, final int width, final int height, final long firstPts, final int frames, final int gop) {
        return new TestMedia().make(bridge, width, height, firstPts, frames, gop,
            TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x101)));
    }

    static TestMedia audioOnly(final TsProgram program, final long firstPts, final int segmentCount) {
        final TestMedia media = new TestMedia();
        final TsWriter writer = new TsWriter(program);
        for (int segment = 0; segment < segmentCount; segment++) {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            writer.beginSegment(sink(bytes));
            for (int i = 0; i < 10; i++) {
                media.writeAudio(writer, firstPts + 1920L * (10L * segment + i), bytes);
            }
            media.segments.add(bytes.toByteArray());
        }
        return media;
    }

    private TestMedia make(
        final Bridge bridge,
        final int width,
        final int height,
        final long firstPts,
        final int frames,
        final int gop,
        final TsProgram program) {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, width, height);
        final TsWriter writer = new TsWriter(program);
        try (FramePool slots = bridge.newPool(format, 1);
            VideoEncoder encoder = Codecs.h264Encoder(new EncoderContext().format(format).packetPool(pool))) {
            for (int first = 0; first < frames; first += gop) {
                final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                writer.beginSegment(sink(bytes));
                for (int frame = first; frame < Math.min(frames, first + gop); frame++) {
                    final long time = firstPts + (long) STEP * frame;
                    if (program.audio() != null) {
                        writeAudio(writer, time - 100, bytes);
                    }
                    writeVideo(encoder, slots, frame, time, frame == first, packet -> write(writer, packet, bytes));
                }
                segments.add(bytes.toByteArray());
            }
        }
        return this;
    }

    private void writeVideo(
        final VideoEncoder encoder,
        final FramePool slots,
        final int frame,
        final long time,
        final boolean keyframe,
        final PacketHandler out) {
        final FrameSlot slot = slots.acquire();
        paint(slot, frame);
        encoder.encode(slot, time, 1, keyframe, out);
        slot.release();
        pts.add(time);
    }

    private void writeAudio(final TsWriter writer, final long time, final ByteArrayOutputStream bytes) {
        final byte[] payload = new byte[50 + random.nextInt(400)];
        random.nextBytes(payload);
        final Packet packet = pool.acquire();
        packet.append(ByteBuffer.wrap(payload));
        write(writer, packet.describe(Packet.Kind.AUDIO, time, time, true, 1), bytes);
        audio.add(payload);
    }

    private static void write(final TsWriter writer, final Packet packet, final ByteArrayOutputStream bytes) {
        writer.write(packet, sink(bytes));
        packet.release();
    }

    private static ByteSink sink(final ByteArrayOutputStream bytes) {
        return buffer -> {
            final byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            bytes.writeBytes(chunk);
        };
    }

    private static void paint(final FrameSlot slot, final int frame) {
        for (int plane = 0; plane < slot.format().planeCount(); plane++) {
            final ByteBuffer bytes = slot.plane(plane);
            final int stride = slot.format().planeStride(plane);
            for (int y = 0; y < slot.format().planeRows(plane); y++) {
                for (int x = 0; x < slot.format().planeWidth(plane); x++) {
                    final int value = plane == 0 ? 16 + (x + 2 * y + 4 * frame) % 220 : 100 + (x + frame) % 50;
                    bytes.put(y * stride + x, (byte) value);
                }
            }
        }
    }
}
