package dev.rill.frame.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.TestSlots;
import dev.rill.frame.source.FrameNumber;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class H264CodecTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int TICKS = 3000;
    private static final long FIRST_PTS = 123_456;

    private final PacketPool packets = new PacketPool();
    private final TestSlots slots = new TestSlots(3);
    private final List<Packet> coded = new ArrayList<>();

    @AfterEach
    void shouldLeaveNothingBehind() {
        coded.forEach(Packet::release);
        assertThat(packets.outstanding()).isZero();
        assertThat(slots.outstanding()).isZero();
        slots.close();
    }

    @Test
    void shouldHandOutThePacketInTheSameCallWhenEncoding() {
        try (VideoEncoder encoder = encoder()) {
            for (int i = 0; i < 40; i++) {
                encode(encoder, i, false);

                assertThat(coded).as("packets after frame %d", i).hasSize(i + 1);
                final Packet packet = coded.get(i);
                assertThat(packet.pts()).isEqualTo(pts(i));
                assertThat(packet.dts()).isEqualTo(pts(i));
                assertThat(packet.arrivalNs()).isEqualTo(1000 + i);
                assertThat(packet.kind()).isEqualTo(Packet.Kind.VIDEO);
            }
            encoder.flush(coded::add);

            assertThat(coded).as("packets held until the end").hasSize(40);
        }
    }

    @Test
    void shouldDeliverThePictureInTheSameCallWhenDecoding() {
        encode(40);

        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            final List<Long> times = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                final int outcome = decoder.decode(coded.get(i), (slot, pts, arrivalNs, keyframe) -> {
                    times.add(pts);
                    assertThat(arrivalNs).isEqualTo(pts - FIRST_PTS == 0 ? 1000 : 1000 + (pts - FIRST_PTS) / TICKS);
                    slot.release();
                });

                assertThat(outcome).isEqualTo(VideoDecoder.DECODED);
                assertThat(times).as("pictures after packet %d", i).hasSize(i + 1).endsWith(pts(i));
            }
            assertThat(decoder.copiedFrames()).isZero();
            assertThat(decoder.convertedFrames()).isZero();
            assertThat(decoder.damagedPackets() + decoder.skippedPackets()).isZero();
        }
    }

    /** Floor: 45 dB of luma, mean over the clip, at the automatic bit rate; 52 dB were seen. */
    @Test
    void shouldKeepPictureQualityWhenCodedAndDecoded() {
        encode(30);

        final double[] sum = new double[1];
        decodeAll((number, slot) -> sum[0] += psnr(slot, number));

        assertThat(sum[0] / 30).as("mean PSNR in dB").isGreaterThan(45);
    }

    @Test
    void shouldKeepTheFrameNumberWhenCodedAndDecoded() {
        encode(30);

        final List<Long> numbers = new ArrayList<>();
        decodeAll((number, slot) -> numbers.add(FrameNumber.read(slot)));

        assertThat(numbers).hasSize(30);
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo(i);
        }
    }

    @Test
    void shouldMakeKeyframesByTimeAndOnDemand() {
        try (VideoEncoder encoder = encoder()) {
            for (int i = 0; i < 130; i++) {
                encode(encoder, i, i == 17);
            }
        }

        final List<Integer> keyframes = new ArrayList<>();
        for (int i = 0; i < coded.size(); i++) {
            if (coded.get(i).isKeyframe()) {
                keyframes.add(i);
                assertThat(nalTypes(coded.get(i))).as("units of keyframe %d", i).contains(7, 8, 5);
            }
        }
        assertThat(keyframes).containsExactly(0, 17, 17 + 60);
    }

    @Test
    void shouldAcceptAnySpacingOfTimes() {
        final long[] times = {0, 1, 3000, 90_000, 90_001, 5_000_000_000L};
        try (VideoEncoder encoder = encoder()) {
            for (int i = 0; i < times.length; i++) {
                final FrameSlot slot = painted(i);
                encoder.encode(slot, times[i], 0, false, coded::add);
                slot.release();
            }

            assertThat(coded).extracting(Packet::pts).containsExactly(0L, 1L, 3000L, 90_000L, 90_001L, 5_000_000_000L);
            final FrameSlot slot = painted(0);
            assertThatThrownBy(() -> encoder.encode(slot, 5_000_000_000L, 0, false, coded::add))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("pts greater than 5000000000");
            slot.release();
        }
    }

    @Test
    void shouldHoldNoSlotBeyondTheCallWhenEncoding() {
        try (VideoEncoder encoder = encoder()) {
            final FrameSlot slot = painted(0);

            encoder.encode(slot, 0, 0, false, coded::add);

            assertThat(slot.referenceCount()).isEqualTo(1);
            slot.release();
        }
    }

    @Test
    void shouldConsumeNothingWhenNoSlotIsFree() {
        final int all = 3 + TestSlots.KEPT;
        encode(all + 1);
        final List<FrameSlot> held = new ArrayList<>();
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (int i = 0; i < all; i++) {
                assertThat(decoder.decode(coded.get(i), (slot, pts, arrivalNs, key) -> held.add(slot)))
                    .isEqualTo(VideoDecoder.DECODED);
            }

            for (int i = 0; i < 5; i++) {
                assertThat(decoder.decode(coded.get(all), (slot, pts, arrivalNs, key) -> held.add(slot)))
                    .isEqualTo(VideoDecoder.BACK_PRESSURED);
            }
            held.remove(0).release();
            assertThat(decoder.decode(coded.get(all), (slot, pts, arrivalNs, key) -> {
                assertThat(pts).isEqualTo(pts(all));
                assertThat(FrameNumber.read(slot)).isEqualTo(all);
                held.add(slot);
            })).isEqualTo(VideoDecoder.DECODED);
        }
        assertThat(held).hasSize(all);
        held.forEach(FrameSlot::release);
    }

    @Test
    void shouldKeepThePictureWhenTheFirstOneFindsNoSlot() {
        encode(1);
        final List<FrameSlot> taken = Stream.generate(() -> slots.acquire(WIDTH, HEIGHT))
            .limit(3 + TestSlots.KEPT).toList();
        final List<Long> times = new ArrayList<>();
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            decoder.decode(coded.get(0), (slot, pts, arrivalNs, key) -> slot.release());
            assertThat(decoder.flush((slot, pts, arrivalNs, key) -> times.add(pts)))
                .isEqualTo(VideoDecoder.BACK_PRESSURED);
            taken.forEach(FrameSlot::release);

            assertThat(decoder.flush((slot, pts, arrivalNs, key) -> {
                times.add(pts);
                slot.release();
            })).isEqualTo(VideoDecoder.DECODED);
        }
        assertThat(times).containsExactly(pts(0));
    }

    @Test
    void shouldDeliverNothingBeforeTheFirstKeyframe() {
        encode(70);
        final List<Long> numbers = new ArrayList<>();

        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (int i = 5; i < 70; i++) {
                final int outcome = decoder.decode(coded.get(i), (slot, pts, arrivalNs, key) -> {
                    numbers.add(FrameNumber.read(slot));
                    slot.release();
                });
                assertThat(outcome).isEqualTo(i < 60 ? VideoDecoder.DAMAGED : VideoDecoder.DECODED);
            }
            assertThat(decoder.skippedPackets()).isEqualTo(55);
            assertThat(decoder.damagedPackets()).isZero();
        }
        assertThat(numbers).hasSize(10).startsWith(60L).endsWith(69L);
    }

    @Test
    void shouldResumeAtTheNextKeyframeWhenAPacketIsDamaged() {
        encode(70);
        coded.set(20, truncated(coded.get(20)));
        final List<Long> numbers = new ArrayList<>();

        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (final Packet packet : coded) {
                decoder.decode(packet, (slot, pts, arrivalNs, key) -> {
                    numbers.add(FrameNumber.read(slot));
                    slot.release();
                });
            }
            assertThat(decoder.damagedPackets()).isEqualTo(1);
            assertThat(decoder.skippedPackets()).isEqualTo(39);
        }
        assertThat(numbers).hasSize(30).contains(19L, 60L).doesNotContain(20L, 21L, 59L);
    }

    @Test
    void shouldSurviveRandomBytes() {
        encode(1);
        final Random random = new Random(7);
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (int i = 0; i < 200; i++) {
                final byte[] noise = new byte[1 + random.nextInt(3000)];
                random.nextBytes(noise);
                final Packet packet = packets.acquire();
                packet.append(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, (byte) (i % 2 == 0 ? 0x65 : 0x67)}));
                packet.append(ByteBuffer.wrap(noise));
                packet.describe(Packet.Kind.VIDEO, i, i, true, 0);
                decoder.decode(packet, (slot, pts, arrivalNs, key) -> slot.release());
                packet.release();
            }
            assertThat(decoder.damagedPackets()).as("seed 7").isPositive();
            assertThat(decoder.decode(coded.get(0), (slot, pts, arrivalNs, key) -> slot.release()))
                .isEqualTo(VideoDecoder.DECODED);
        }
    }

    @Test
    void shouldFollowAChangeOfSize() {
        encode(3);
        final PacketPool pool = packets;
        try (VideoEncoder encoder = Codecs.h264Encoder(new EncoderContext()
            .format(FrameFormat.of(PixelFormat.I420, 160, 96)).packetPool(pool))) {
            for (int i = 0; i < 2; i++) {
                final FrameSlot slot = slots.acquire(160, 96);
                FrameNumber.draw(slot, i);
                encoder.encode(slot, pts(3 + i), 0, false, coded::add);
                slot.release();
            }
        }

        final List<Integer> widths = new ArrayList<>();
        decodeAll((number, slot) -> widths.add(slot.format().width()));

        assertThat(widths).containsExactly(320, 320, 320, 160, 160);
    }

    @Test
    void shouldNameEncoderSizeAndReasonWhenNoneCanBeOpened() {
        assertThatThrownBy(() -> Codecs.h264Encoder(new EncoderContext()
            .format(FrameFormat.of(PixelFormat.I420, WIDTH, HEIGHT)).encoderName("no_such_encoder")))
            .isInstanceOf(MediaException.class)
            .hasMessage("H.264 encoder for I420 320x240: none could be opened"
                + " (no_such_encoder: not in this FFmpeg build)");
        assertThatThrownBy(() -> Codecs.h264Encoder(new EncoderContext()
            .format(FrameFormat.of(PixelFormat.I420, 16_384, 16_384)).encoderName("libopenh264")))
            .isInstanceOf(MediaException.class)
            .hasMessageStartingWith("H.264 encoder for I420 16384x16384: none could be opened (libopenh264: ");
    }

    @Test
    void shouldRefuseOptionsOutOfRange() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, WIDTH, HEIGHT);
        assertThatThrownBy(() -> new EncoderContext().conclude()).hasMessageContaining("format: expected");
        assertThatThrownBy(() -> new EncoderContext().format(FrameFormat.of(PixelFormat.NV12, 64, 64)).conclude())
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected I420, actual NV12 64x64");
        assertThatThrownBy(() -> new EncoderContext().format(format).frameRate(0, 1).conclude())
            .hasMessageContaining("frameRate: expected at least 1/1, actual 0/1");
        assertThatThrownBy(() -> new EncoderContext().format(format).bitRate(-1).conclude())
            .hasMessageContaining("bitRate");
        assertThat(new EncoderContext().format(format).conclude().bitRate()).isEqualTo(300_000);
        assertThat(new EncoderContext().format(FrameFormat.of(PixelFormat.I420, 1280, 720)).conclude().bitRate())
            .isEqualTo(2_764_800);
    }

    /** More than JavaCPP has callback instances: each codec must still lend its memory safely. */
    @Test
    void shouldRunManyCodecsSideBySide() {
        final List<VideoEncoder> encoders = new ArrayList<>();
        final List<VideoDecoder> decoders = new ArrayList<>();
        final TestSlots forAll = new TestSlots(16 * TestSlots.KEPT);
        for (int i = 0; i < 16; i++) {
            encoders.add(encoder());
            decoders.add(Codecs.h264Decoder(forAll));
        }
        final int[] pictures = new int[1];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 16; i++) {
                encode(encoders.get(i), round, false);
                decoders.get(i).decode(coded.get(coded.size() - 1), (slot, pts, arrivalNs, key) -> {
                    pictures[0]++;
                    slot.release();
                });
            }
        }
        encoders.forEach(VideoEncoder::close);
        decoders.forEach(VideoDecoder::close);

        assertThat(pictures[0]).isEqualTo(48);
        assertThat(forAll.outstanding()).isZero();
        forAll.close();
    }

    /** A leaked codec of this size costs more than 1 MB: 150 of them would exceed the bound many times over. */
    @Test
    void shouldGiveBackNativeMemoryWhenClosed() {
        openAndClose(20);
        final long before = Pointer.physicalBytes();

        openAndClose(150);

        assertThat(Pointer.physicalBytes() - before).as("growth of resident memory").isLessThan(64L << 20);
    }

    private void openAndClose(final int times) {
        for (int i = 0; i < times; i++) {
            final VideoEncoder encoder = encoder();
            final VideoDecoder decoder = Codecs.h264Decoder(slots);
            encode(encoder, 0, false);
            final Packet packet = coded.remove(coded.size() - 1);
            decoder.decode(packet, (slot, pts, arrivalNs, key) -> slot.release());
            packet.release();
            for (int repeated = 0; repeated < 2; repeated++) {
                encoder.close();
                decoder.close();
            }
        }
    }

    private interface Viewer {
        void onPicture(int number, FrameSlot slot);
    }

    private void decodeAll(final Viewer viewer) {
        final int[] next = new int[1];
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            for (final Packet packet : coded) {
                decoder.decode(packet, (slot, pts, arrivalNs, keyframe) -> {
                    viewer.onPicture(next[0]++, slot);
                    slot.release();
                });
            }
        }
    }

    private VideoEncoder encoder() {
        return Codecs.h264Encoder(new EncoderContext()
            .format(FrameFormat.of(PixelFormat.I420, WIDTH, HEIGHT)).packetPool(packets));
    }

    private void encode(final int frames) {
        try (VideoEncoder encoder = encoder()) {
            for (int i = 0; i < frames; i++) {
                encode(encoder, i, false);
            }
        }
    }

    private void encode(final VideoEncoder encoder, final int number, final boolean forceKeyframe) {
        final FrameSlot slot = painted(number);
        encoder.encode(slot, pts(number), 1000 + number, forceKeyframe, coded::add);
        slot.release();
    }

    private static long pts(final int number) {
        return FIRST_PTS + (long) number * TICKS;
    }

    private FrameSlot painted(final int number) {
        final FrameSlot slot = slots.acquire(WIDTH, HEIGHT);
        final FrameFormat format = slot.format();
        for (int plane = 0; plane < 3; plane++) {
            final ByteBuffer samples = slot.plane(plane);
            for (int y = 0; y < format.planeRows(plane); y++) {
                for (int x = 0; x < format.planeWidth(plane); x++) {
                    final int wave = Math.abs((x + y + 2 * number) % 128 - 64);
                    samples.put(y * format.planeStride(plane) + x, (byte) (plane == 0 ? 50 + 2 * wave : 100 + wave));
                }
            }
        }
        FrameNumber.draw(slot, number);
        return slot;
    }

    private double psnr(final FrameSlot decoded, final int number) {
        final FrameSlot original = painted(number);
        final FrameFormat format = decoded.format();
        final ByteBuffer a = original.plane(0);
        final ByteBuffer b = decoded.plane(0);
        double error = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                final int index = y * format.planeStride(0) + x;
                final int difference = (a.get(index) & 0xFF) - (b.get(index) & 0xFF);
                error += difference * difference;
            }
        }
        original.release();
        return 10 * Math.log10(255 * 255 / Math.max(1e-9, error / (WIDTH * HEIGHT)));
    }

    private Packet truncated(final Packet packet) {
        final Packet half = packets.acquire();
        half.append(packet.data().duplicate().limit(packet.length() / 2));
        half.describe(packet.kind(), packet.pts(), packet.dts(), packet.isKeyframe(), packet.arrivalNs());
        packet.release();
        return half;
    }

    private static List<Integer> nalTypes(final Packet packet) {
        final List<Integer> types = new ArrayList<>();
        final ByteBuffer data = packet.data();
        for (int i = 0; i + 3 < data.limit(); i++) {
            if (data.get(i) == 0 && data.get(i + 1) == 0 && data.get(i + 2) == 1) {
                types.add(data.get(i + 3) & 0x1F);
            }
        }
        return types;
    }
}
