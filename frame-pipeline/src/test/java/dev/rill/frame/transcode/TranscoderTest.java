package dev.rill.frame.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.MediaThreads;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.codec.PictureScaler;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.media.Skip;
import dev.rill.frame.media.TestSlots;
import dev.rill.frame.source.DecodedPackets;
import dev.rill.frame.source.DecodedSource;
import dev.rill.frame.source.FrameNumber;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.PictureSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameSlot;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several renditions of one source: counts, times, boundaries and pictures. */
class TranscoderTest {
    private static final int FRAMES = 90;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final double FLOOR_DB = 30;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private final MediaThreads threads = MediaThreads.start(2);
    private final PacketPool packets = new PacketPool();
    @TempDir
    private Path folder;

    private final Map<String, SegmentTape> tapes = new LinkedHashMap<>();

    @AfterEach
    void shouldGiveEverythingBack() {
        threads.close();
        assertThat(threads.agents()).isZero();
        assertThat(bridge.outstandingSlots()).isZero();
        bridge.close();
        assertThat(packets.outstanding()).isZero();
    }

    private MediaSource source() {
        return TestPatternSource.open(new TestPatternContext().size(WIDTH, HEIGHT).seconds(FRAMES / 30.0)
            .bitRate(2_000_000).packetPool(packets));
    }

    private PictureSource pictures() {
        return new DecodedPackets(source(), bridge, Transcoder.framesFor(3));
    }

    private Transcoder transcoder(final PictureSource source, final String... profiles) {
        return new Transcoder(source, Stream.of(profiles).map(TranscodeProfile::parse).toList(), bridge, threads,
            DeliveryPolicy.BATCH, profile -> tapes.computeIfAbsent(profile.name(), name -> new SegmentTape()));
    }

    @Test
    void shouldMakeEveryRenditionOfOneDecodeWithExactCounts() {
        final List<RenditionStats> stats;
        try (PictureSource source = pictures(); Transcoder transcoder = transcoder(source,
            "name=same,bitrate=2M", "name=half,width=160,bitrate=800k",
            "name=slow,height=120,fps=10,gop=1s,bitrate=500k")) {
            assertThat(transcoder.run()).isTrue();
            assertThat(transcoder.framesDecoded()).isEqualTo(FRAMES);
            assertThat(source.unitsLost()).isZero();
            stats = transcoder.stats();
        }

        assertThat(stats).extracting(RenditionStats::framesOut).containsExactly(90L, 90L, 30L);
        assertThat(stats).extracting(RenditionStats::framesThinned).containsExactly(0L, 0L, 60L);
        assertThat(stats).extracting(RenditionStats::framesScaled).as("scaled: none of the same size")
            .containsExactly(0L, 90L, 30L);
        assertThat(stats).extracting(RenditionStats::width).containsExactly(320, 160, 160);
        assertThat(stats).extracting(RenditionStats::segments).containsExactly(2L, 2L, 3L);
        assertThat(stats).allSatisfy(rendition -> {
            assertThat(rendition.failure()).isNull();
            assertThat(rendition.framesIn()).isEqualTo(FRAMES);
            assertThat(rendition.audioUnits()).isPositive();
        });
        assertThat(tapes.values()).allMatch(SegmentTape::isClosed);
        for (final RenditionStats rendition : stats) {
            assertThat(tapes.get(rendition.name()).segments()).hasSize((int) rendition.segments());
        }
    }

    @ParameterizedTest
    @CsvSource({"mpeg4, in.mp4, 2", "libvpx-vp9, in.webm, 0", "mjpeg, in.avi, 0", "libopenh264, in.mkv, 0"})
    void shouldDecodeWhateverCodecOnce(final String codec, final String name, final int reordered) {
        Skip.unless(SampleMedia.has(codec), "this FFmpeg build has no encoder " + codec);
        final Path file = new SampleMedia().video(codec).reordered(reordered).frames(50).write(folder.resolve(name));
        try (PictureSource source = DecodedSource.open(file.toString(), bridge, packets, SystemNanoClock.INSTANCE,
                DecodedSource.MAX_PIXELS_DEFAULT, null);
            Transcoder transcoder = transcoder(source, "name=same", "name=half,width=160")) {
            assertThat(transcoder.run()).isTrue();

            assertThat(source.description()).contains("decoded");
            assertThat(transcoder.framesDecoded()).isEqualTo(50);
            assertThat(transcoder.stats()).extracting(RenditionStats::framesOut).containsExactly(50L, 50L);
        }
        try (TestSlots slots = new TestSlots(64)) {
            final List<Picture> pictures = new ArrayList<>();
            tapes.get("same").segments().forEach(segment -> pictures.addAll(decodeSegment(segment, slots)));
            assertThat(pictures).extracting(picture -> FrameNumber.read(picture.slot))
                .isEqualTo(LongStream.range(0, 50).boxed().toList());
            pictures.forEach(picture -> picture.slot.release());
        }
    }

    @Test
    void shouldRefuseSoundAlone() {
        final Path file = new SampleMedia().video("").audio("aac").write(folder.resolve("song.m4a"));
        try (PictureSource source = DecodedSource.open(file.toString(), bridge, packets, SystemNanoClock.INSTANCE,
            DecodedSource.MAX_PIXELS_DEFAULT, null)) {
            assertThatThrownBy(() -> transcoder(source, "720p")).isInstanceOf(MediaException.class)
                .hasMessageContaining("song.m4a").hasMessageContaining("expected video, actual none");
        }
    }

    @Test
    void shouldCountTheFramesOfAGop() {
        try (PictureSource source = pictures(); Transcoder transcoder = transcoder(source,
            "name=all,gop=40f", "name=slow,fps=10,gop=8f")) {
            transcoder.run();

            assertThat(transcoder.stats()).extracting(RenditionStats::segments).containsExactly(3L, 4L);
        }
        assertThat(frames("all")).containsExactly(40, 40, 10);
        assertThat(frames("slow")).containsExactly(8, 8, 8, 6);
    }

    private List<Integer> frames(final String rendition) {
        try (TestSlots slots = new TestSlots(64)) {
            return tapes.get(rendition).segments().stream().map(segment -> {
                final List<Picture> pictures = decodeSegment(segment, slots);
                pictures.forEach(picture -> picture.slot.release());
                return pictures.size();
            }).toList();
        }
    }

    @Test
    void shouldNameAnEncoderThatIsNotThere() {
        try (PictureSource source = pictures(); Transcoder transcoder = transcoder(source,
            "name=none,codec=no-such-encoder", "name=fine,codec=libopenh264")) {
            assertThat(transcoder.run()).isTrue();

            assertThat(transcoder.stats().get(0).failure()).contains("no-such-encoder");
            assertThat(transcoder.stats().get(1).encoder()).contains("libopenh264");
            assertThat(transcoder.stats().get(1).framesOut()).isEqualTo(FRAMES);
        }
    }

    @Test
    void shouldKeepTimesAndPicturesAndBeginEachSegmentWithAKeyframe() {
        try (PictureSource source = pictures(); Transcoder transcoder = transcoder(source,
            "name=same,bitrate=3M,gop=1s", "name=half,width=160,bitrate=1500k,gop=1s")) {
            transcoder.run();
        }
        try (TestSlots slots = new TestSlots(2 * FRAMES + 2); PictureScaler scaler = new PictureScaler()) {
            final List<Packet> original = new ArrayList<>();
            try (MediaSource source = source()) {
                boolean more = true;
                while (more) {
                    more = source.read(original::add);
                }
            }
            final List<Picture> expected = decode(original.stream()
                .filter(packet -> packet.kind() == Packet.Kind.VIDEO).toList(), slots);
            final List<Picture> same = new ArrayList<>();
            for (final byte[] segment : tapes.get("same").segments()) {
                same.addAll(decodeSegment(segment, slots)); // Each alone, so each begins with a keyframe.
            }
            assertThat(same).extracting(Picture::pts).isEqualTo(expected.stream().map(Picture::pts).toList());
            double worst = Double.MAX_VALUE;
            for (int i = 0; i < same.size(); i++) {
                worst = Math.min(worst, psnr(same.get(i).slot, expected.get(i).slot));
            }
            assertThat(worst).as("PSNR of the worst frame at the size of the source").isGreaterThan(FLOOR_DB);
            same.forEach(picture -> picture.slot.release());
            final List<Picture> half = new ArrayList<>();
            for (final byte[] segment : tapes.get("half").segments()) {
                half.addAll(decodeSegment(segment, slots));
            }
            assertThat(half).hasSameSizeAs(expected);
            worst = Double.MAX_VALUE;
            for (int i = 0; i < half.size(); i++) {
                final FrameSlot scaled = slots.acquire(160, 120);
                scaler.scale(expected.get(i).slot, scaled);
                worst = Math.min(worst, psnr(half.get(i).slot, scaled));
                scaled.release();
            }
            assertThat(worst).as("PSNR of the worst frame at half the size").isGreaterThan(FLOOR_DB);
            half.forEach(picture -> picture.slot.release());
            expected.forEach(picture -> picture.slot.release());
            original.forEach(Packet::release);
            assertThat(slots.outstanding()).isZero();
        }
    }

    @Test
    void shouldFailOneRenditionAloneWhenItsSizeCannotBeMade() {
        try (PictureSource source = pictures(); Transcoder transcoder = transcoder(source,
            "name=tall,width=2,height=16384", "name=fine,width=160,bitrate=500k")) {
            assertThat(transcoder.run()).isTrue();

            final List<RenditionStats> stats = transcoder.stats();
            assertThat(stats.get(0).failure()).startsWith(
                "rendition tall: scaler: I420 320x240 cannot be scaled to I420 2x16384");
            assertThat(stats.get(0).framesFailed()).isEqualTo(FRAMES);
            assertThat(stats.get(1).failure()).isNull();
            assertThat(stats.get(1).framesOut()).isEqualTo(FRAMES);
        }
    }

    /** Whatever a sink throws, at whichever call: the other rendition and the counts do not suffer. */
    @ParameterizedTest
    @ValueSource(strings = {"begin", "accept", "end", "close"})
    void shouldFailOneRenditionAloneWhenItsSinkBreaks(final String where) {
        tapes.put("broken", new SegmentTape() {
            @Override
            public void beginSegment() {
                breakAt("begin");
                super.beginSegment();
            }

            @Override
            public void accept(final ByteBuffer bytes) {
                breakAt("accept");
                super.accept(bytes);
            }

            @Override
            public void endSegment() {
                breakAt("end");
                super.endSegment();
            }

            @Override
            public void close() {
                breakAt("close");
            }

            private void breakAt(final String call) {
                if (call.equals(where)) {
                    throw new IllegalStateException("on purpose at " + call);
                }
            }
        });
        try (PictureSource source = pictures();
            Transcoder transcoder = transcoder(source, "name=broken,width=160", "name=fine,width=160,bitrate=500k")) {
            assertThat(transcoder.run()).isTrue();

            final RenditionStats broken = transcoder.stats().get(0);
            assertThat(broken.failure()).contains("on purpose at " + where);
            assertThat(broken.framesIn()).isEqualTo(FRAMES);
            assertThat(broken.framesOut() + broken.framesThinned() + broken.framesFailed()).isEqualTo(FRAMES);
            assertThat(transcoder.stats().get(1).framesOut()).isEqualTo(FRAMES);
            assertThat(transcoder.stats().get(1).failure()).isNull();
        }
    }

    @Test
    void shouldNameTheReasonWhenEveryRenditionFails() {
        try (PictureSource source = pictures();
            Transcoder transcoder = transcoder(source, "name=tall,width=2,height=16384")) {
            assertThatThrownBy(transcoder::run).isInstanceOf(MediaException.class)
                .hasMessageStartingWith("every rendition failed: rendition tall: ");
        }
    }

    @Test
    void shouldStopSoonWhenItIsCancelled() {
        try (PictureSource source = pictures(); Transcoder transcoder = transcoder(source, "name=half,width=160")) {
            transcoder.cancel();
            assertThat(transcoder.run()).isFalse();
        }
    }

    @Test
    void shouldRefuseNoProfileAndTwoOfOneName() {
        try (PictureSource source = pictures()) {
            assertThatThrownBy(() -> transcoder(source)).hasMessage("profiles: expected at least one, actual none");
            assertThatThrownBy(() -> transcoder(source, "720p", "720p"))
                .hasMessage("profiles: expected distinct names, actual 720p twice");
        }
    }

    private record Picture(long pts, FrameSlot slot) { }

    private List<Picture> decodeSegment(final byte[] segment, final TestSlots slots) {
        final List<Packet> units = new ArrayList<>();
        final TsReader reader = new TsReader(new TsHandler() {
            @Override
            public void onProgram(final TsProgram program) {
            }

            @Override
            public void onPacket(final Packet packet) {
                units.add(packet);
            }
        }, packets, SystemNanoClock.INSTANCE);
        reader.feed(ByteBuffer.wrap(segment));
        reader.endOfSegment();
        final List<Picture> pictures =
            decode(units.stream().filter(unit -> unit.kind() == Packet.Kind.VIDEO).toList(), slots);
        units.forEach(Packet::release);
        return pictures;
    }

    private static List<Picture> decode(final List<Packet> units, final TestSlots slots) {
        final List<Picture> pictures = new ArrayList<>();
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (final Packet unit : units) {
                decoder.decode(unit, (slot, pts, arrivalNs, keyframe) -> pictures.add(new Picture(pts, slot)));
            }
        }
        assertThat(pictures).hasSameSizeAs(units);
        return pictures;
    }

    /** Of the luma plane, in dB. */
    private static double psnr(final FrameSlot left, final FrameSlot right) {
        final int stride = left.format().planeStride(0);
        final ByteBuffer a = left.plane(0);
        final ByteBuffer b = right.plane(0);
        long squares = 0;
        for (int y = 0; y < left.format().height(); y++) {
            for (int x = 0; x < left.format().width(); x++) {
                final int difference = (a.get(y * stride + x) & 0xFF) - (b.get(y * stride + x) & 0xFF);
                squares += (long) difference * difference;
            }
        }
        final double mean = (double) squares / left.format().width() / left.format().height();
        return mean == 0 ? 100 : 10 * Math.log10(255.0 * 255 / mean);
    }
}
