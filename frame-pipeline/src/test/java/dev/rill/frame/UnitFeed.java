package dev.rill.frame;

import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A transport stream in steps of one video access unit each, as different multiplexers would have written it. The first
 * step holds the tables as well.
 */
final class UnitFeed {
    private static final int PACKET = 188;
    private static final int GOP = 30;
    /** Beyond some 200 levels openh264 gives up on small pictures. */
    private static final int NOISE = 100;
    private static final int VIDEO_PID = 0x100;
    private static final int FIRST_PACKET_OF_UNIT = 0x40;
    private static final byte DELIMITER = 9;
    private static final byte FILLER = 12;

    final List<byte[]> steps = new ArrayList<>();

    private UnitFeed() {
    }

    /** Really encoded pictures of noise, with a keyframe every 30, small enough for PES lengths. */
    static UnitFeed small(final int frames) {
        return encode(frames, FrameFormat.of(PixelFormat.I420, 160, 128), 1_000_000);
    }

    /** As {@link #small}, but too large for PES lengths. */
    static UnitFeed large(final int frames) {
        return encode(frames, FrameFormat.of(PixelFormat.I420, 640, 480), 12_000_000);
    }

    UnitFeed copy() {
        final UnitFeed copy = new UnitFeed();
        steps.forEach(step -> copy.steps.add(step.clone()));
        return copy;
    }

    private static UnitFeed encode(final int frames, final FrameFormat format, final long bitRate) {
        final UnitFeed feed = new UnitFeed();
        final PacketPool packets = new PacketPool();
        final TsWriter writer = new TsWriter(TsProgram.of(TsStream.h264(VIDEO_PID)));
        final Random random = new Random(7);
        try (Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
            FramePool slots = bridge.newPool(format, 1);
            VideoEncoder encoder = Codecs.h264Encoder(
                new EncoderContext().format(format).bitRate(bitRate).packetPool(packets))) {
            for (int frame = 0; frame < frames; frame++) {
                final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                if (frame == 0) {
                    writer.beginSegment(buffer -> append(buffer, bytes));
                }
                final FrameSlot slot = slots.acquire();
                paint(slot, random);
                encoder.encode(slot, 3000L * frame, 1, frame % GOP == 0, packet -> {
                    writer.write(packet, buffer -> append(buffer, bytes));
                    packet.release();
                });
                slot.release();
                feed.steps.add(bytes.toByteArray());
            }
        }
        return feed;
    }

    private static void append(final ByteBuffer buffer, final ByteArrayOutputStream bytes) {
        final byte[] chunk = new byte[buffer.remaining()];
        buffer.get(chunk);
        bytes.writeBytes(chunk);
    }

    private static void paint(final FrameSlot slot, final Random random) {
        for (int plane = 0; plane < slot.format().planeCount(); plane++) {
            final byte[] samples = new byte[slot.plane(plane).capacity()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (byte) (100 + random.nextInt(NOISE));
            }
            slot.plane(plane).put(samples);
        }
    }

    /** Without PES lengths. */
    UnitFeed unbounded() {
        return each(packet -> {
            final int pes = pesOffset(packet);
            if (pes > 0) {
                packet[pes + 4] = 0;
                packet[pes + 5] = 0;
            }
            return packet;
        });
    }

    /** Without the mark by which our own multiplexer promises to stuff the last packets. */
    UnitFeed unmarked() {
        return each(packet -> {
            for (int i = 0; i + 6 <= PACKET; i++) {
                if (packet[i] == 5 && packet[i + 2] == 'R' && packet[i + 3] == 'I' && packet[i + 5] == 'L') {
                    packet[i + 2] = 'X';
                    return withChecksum(packet);
                }
            }
            return packet;
        });
    }

    /** Without access unit delimiters: their place is taken by filler data. */
    UnitFeed withoutDelimiters() {
        return each(packet -> {
            final int pes = pesOffset(packet);
            if (pes > 0) {
                final int payload = pes + 9 + (packet[pes + 8] & 0xFF);
                if (packet[payload + 4] == DELIMITER) {
                    packet[payload + 4] = FILLER;
                    packet[payload + 5] = (byte) 0x80;
                }
            }
            return packet;
        });
    }

    /** The last full packet of each unit from {@code first} on becomes two half ones, both stuffed. */
    UnitFeed stuffedInTheMiddle(final int first) {
        for (int i = first; i < steps.size(); i++) {
            steps.set(i, restuffed(steps.get(i)));
        }
        return this;
    }

    private static byte[] restuffed(final byte[] step) {
        final int at = step.length - 2 * PACKET;
        if (at < PACKET || (step[at + 1] & FIRST_PACKET_OF_UNIT) != 0 || (step[at + 3] & 0x20) != 0) {
            return step;
        }
        final byte[] result = new byte[step.length + PACKET];
        System.arraycopy(step, 0, result, 0, at);
        putStuffed(result, at, step, at, 4, 92);
        putStuffed(result, at + PACKET, step, at, 96, 92);
        System.arraycopy(step, at + PACKET, result, at + 2 * PACKET, PACKET);
        return result;
    }

    private static void putStuffed(
        final byte[] to, final int at, final byte[] from, final int packet, final int offset, final int length) {
        System.arraycopy(from, packet, to, at, 4);
        to[at + 3] |= 0x20;
        final int stuffing = PACKET - 4 - length;
        to[at + 4] = (byte) (stuffing - 1);
        for (int i = 2; i < stuffing; i++) {
            to[at + 4 + i] = (byte) 0xFF;
        }
        System.arraycopy(from, packet + offset, to, at + 4 + stuffing, length);
    }

    /** Renumbers the packets, which is due where some were put in. */
    UnitFeed renumbered() {
        final int[] next = new int[1];
        return each(packet -> {
            if (pid(packet) == VIDEO_PID) {
                packet[3] = (byte) (packet[3] & 0xF0 | next[0]++ & 0x0F);
            }
            return packet;
        });
    }

    private UnitFeed each(final UnaryOperator<byte[]> change) {
        for (int i = 0; i < steps.size(); i++) {
            final byte[] step = steps.get(i);
            for (int offset = 0; offset < step.length; offset += PACKET) {
                final byte[] packet = new byte[PACKET];
                System.arraycopy(step, offset, packet, 0, PACKET);
                System.arraycopy(change.apply(packet), 0, step, offset, PACKET);
            }
        }
        return this;
    }

    private static int pid(final byte[] packet) {
        return (packet[1] & 0x1F) << 8 | packet[2] & 0xFF;
    }

    /** Where the PES header of a packet that begins a video unit starts; 0 in other packets. */
    private static int pesOffset(final byte[] packet) {
        if (pid(packet) != VIDEO_PID || (packet[1] & FIRST_PACKET_OF_UNIT) == 0) {
            return 0;
        }
        return (packet[3] & 0x20) == 0 ? 4 : 5 + (packet[4] & 0xFF);
    }

    /** Corrects the CRC of the section that begins in this packet. */
    private static byte[] withChecksum(final byte[] packet) {
        final int start = 5;
        final int length = (packet[start + 1] & 0x0F) << 8 | packet[start + 2] & 0xFF;
        final int end = start + 3 + length - 4;
        int crc = -1;
        for (int i = start; i < end; i++) {
            crc ^= packet[i] << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc < 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
            }
        }
        ByteBuffer.wrap(packet).putInt(end, crc);
        return packet;
    }
}
