package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_HWDEVICE_TYPE_CUDA;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_ctx_create;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.TestSlots;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.gpu.FrameSlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/**
 * For hosts with a GPU: decodes the same streams on the processor and on the GPU and compares every sample.
 * <pre>
 *   java -cp ... dev.rill.frame.codec.HardwareDecodeCheck RESULT.json
 * </pre>
 */
public final class HardwareDecodeCheck {
    private static final int[][] SIZES = {{512, 512}, {1280, 720}, {1920, 1080}};
    private static final int FRAMES = 300;

    private HardwareDecodeCheck() {
    }

    /**
     * What one stream showed.
     *
     * @param decoder         name, as it calls itself after the last picture.
     * @param frames          pictures that came out.
     * @param held            most pictures that were held back after a packet.
     * @param differingFrames pictures with a sample that differs from the processor's.
     * @param processorFps    pictures per second on the processor.
     * @param fps             pictures per second, transfer and conversion into a slot included.
     */
    public record Result(
        String decoder, int frames, int held, int differingFrames, double processorFps, double fps) { }

    /** Whether FFmpeg can open a CUDA device here. */
    public static boolean hasGpu() {
        FFmpeg.load();
        final AVBufferRef device = new AVBufferRef(null);
        final boolean opened =
            av_hwdevice_ctx_create(device, AV_HWDEVICE_TYPE_CUDA, (String) null, (AVDictionary) null, 1) >= 0;
        if (opened) {
            av_buffer_unref(device);
        }
        return opened;
    }

    /** Checks. */
    public static void main(final String[] args) throws IOException {
        final StringBuilder json = new StringBuilder(
            "{\n  \"ffmpeg\": \"" + FFmpeg.version() + "\",\n  \"streams\": [");
        String separator = "";
        boolean passed = true;
        for (final int[] size : SIZES) {
            String line;
            try {
                final Result result = run(HardwareUse.REQUIRED, size[0], size[1], FRAMES);
                passed &= result.frames == FRAMES && result.differingFrames == 0;
                line = String.format(Locale.ROOT, "{\"size\": \"%dx%d\", \"decoder\": \"%s\", \"frames\": %d, "
                    + "\"held\": %d, \"differingFrames\": %d, \"processorFps\": %.0f, \"gpuFps\": %.0f}",
                    size[0], size[1], result.decoder, result.frames, result.held, result.differingFrames,
                    result.processorFps, result.fps);
            } catch (final MediaException ex) {
                passed = false;
                line = String.format(Locale.ROOT, "{\"size\": \"%dx%d\", \"refusal\": \"%s\"}", size[0], size[1],
                    ex.getMessage().replace('"', '\''));
            }
            json.append(separator).append("\n    ").append(line);
            separator = ",";
            System.out.println(line);
        }
        Files.writeString(Path.of(args[0]), json.append("\n  ]\n}\n"));
        System.exit(passed ? 0 : 1);
    }

    static Result run(final HardwareUse use, final int width, final int height, final int frames) {
        final List<Packet> units = units(width, height, frames);
        final List<Integer> expected = new ArrayList<>();
        final List<Integer> actual = new ArrayList<>();
        final int[] held = new int[1];
        final String[] name = new String[1];
        decode(HardwareUse.OFF, units, expected, held, name);
        final double processorFps = rate(HardwareUse.OFF, units);
        held[0] = 0;
        decode(use, units, actual, held, name);
        final double fps = rate(use, units);
        units.forEach(Packet::release);
        int differing = Math.abs(expected.size() - actual.size());
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            differing += expected.get(i).equals(actual.get(i)) ? 0 : 1;
        }
        return new Result(name[0], actual.size(), held[0], differing, processorFps, fps);
    }

    private static void decode(
        final HardwareUse use, final List<Packet> units, final List<Integer> pictures, final int[] held,
        final String[] name) {
        try (TestSlots slots = new TestSlots(8); VideoDecoder decoder = Codecs.h264Decoder(slots, use, 1 << 24)) {
            int fed = 0;
            for (final Packet unit : units) {
                decoder.decode(unit, (slot, pts, arrivalNs, keyframe) -> {
                    pictures.add(hash(slot));
                    slot.release();
                });
                fed++;
                held[0] = Math.max(held[0], fed - pictures.size());
            }
            decoder.flush((slot, pts, arrivalNs, keyframe) -> {
                pictures.add(hash(slot));
                slot.release();
            });
            name[0] = decoder.name();
        }
    }

    private static double rate(final HardwareUse use, final List<Packet> units) {
        try (TestSlots slots = new TestSlots(8); VideoDecoder decoder = Codecs.h264Decoder(slots, use, 1 << 24)) {
            final long startNs = System.nanoTime();
            for (final Packet unit : units) {
                decoder.decode(unit, (slot, pts, arrivalNs, keyframe) -> slot.release());
            }
            return units.size() * 1e9 / (System.nanoTime() - startNs);
        }
    }

    private static int hash(final FrameSlot slot) {
        int hash = 1;
        for (int plane = 0; plane < slot.format().planeCount(); plane++) {
            final byte[] row = new byte[slot.format().planeWidth(plane)];
            for (int y = 0; y < slot.format().planeRows(plane); y++) {
                slot.plane(plane).get(y * slot.format().planeStride(plane), row);
                hash = 31 * hash + Arrays.hashCode(row);
            }
        }
        return hash;
    }

    private static List<Packet> units(final int width, final int height, final int frames) {
        final List<Packet> units = new ArrayList<>();
        try (MediaSource source = TestPatternSource.open(new TestPatternContext()
            .size(width, height).seconds(frames / 30.0).audio(false).packetPool(new PacketPool()))) {
            boolean more = true;
            while (more) {
                more = source.read(packet -> {
                    if (packet.kind() == Packet.Kind.VIDEO) {
                        units.add(packet);
                    } else {
                        packet.release();
                    }
                });
            }
        }
        return units;
    }
}
