package dev.rill.frame.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.DeclaredColours;
import dev.rill.frame.media.TestSlots;
import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What encoders write about colours, as another decoder reads it, and what decoders make of that. */
class StreamColoursTest {
    private final PacketPool packets = new PacketPool();
    private final TestSlots slots = new TestSlots(4);

    @AfterEach
    void shouldGiveEverythingBack() {
        slots.close();
        assertThat(packets.outstanding()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"320, 240, BT601_LIMITED", "1280, 720, BT709_LIMITED"})
    void shouldDeclareWhatIsUsualForTheHeight(final int width, final int height, final Colours expected) {
        final Packet unit = encoded(FrameFormat.of(PixelFormat.I420, width, height));

        assertThat(DeclaredColours.of(unit.data())).isEqualTo(expected);
        unit.release();
    }

    @ParameterizedTest
    @CsvSource({
        "320, 240, BT601_LIMITED", "320, 240, BT601_FULL", "320, 240, BT709_LIMITED", "320, 240, BT709_FULL",
        "1280, 720, BT601_LIMITED", "1280, 720, BT709_FULL"})
    void shouldDeclareTheColoursOfFramesAndTakeThemFromTheStream(
        final int width, final int height, final Colours colours) {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, width, height).colours(colours);
        final Packet unit = encoded(format);

        assertThat(DeclaredColours.of(unit.data())).isEqualTo(colours);

        final List<FrameFormat> decoded = new ArrayList<>();
        try (VideoDecoder decoder = Codecs.h264Decoder(slots)) {
            final FrameHandler handler = (slot, pts, arrivalNs, keyframe) -> {
                decoded.add(slot.format());
                slot.release();
            };
            decoder.decode(unit, handler);
            decoder.flush(handler);
            assertThat(decoded).containsExactly(format);
            assertThat(decoder.copiedFrames() + decoder.convertedFrames()).as("decoded into the slot").isZero();
        } finally {
            unit.release();
        }
    }

    private Packet encoded(final FrameFormat format) {
        final List<Packet> units = new ArrayList<>();
        final FrameSlot slot = slots.acquire(format, 0);
        try (VideoEncoder encoder = Codecs.h264Encoder(new EncoderContext().format(format).packetPool(packets))) {
            encoder.encode(slot, 0, 0, true, units::add);
        } finally {
            slot.release();
        }
        assertThat(units).hasSize(1);
        return units.get(0);
    }
}
