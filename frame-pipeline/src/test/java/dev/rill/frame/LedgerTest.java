package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.codec.EncoderContext;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import dev.rill.trickle.EndReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written for each pixel on its way from decoder to encoder. */
class LedgerTest {
    private static final int FRAMES = 50;

    /** Sizes whose rows and columns the codec rounds up, among them 1080 lines that are coded as 1088. */
    @ParameterizedTest
    @CsvSource({"128, 96", "512, 512", "854, 480", "1280, 720", "1920, 1080", "98, 50"})
    void shouldWriteNothingBetweenDecoderAndEncoderWhenTheModelPassesFramesThrough(final int width, final int height) {
        final CopyLedger ledger = ledgerOf(width, height, "identity");

        assertThat(ledger.pixels()).isEqualTo((long) FRAMES * width * height);
        assertThat(ledger.copiedFrames()).isZero();
        assertThat(ledger.convertedFrames()).isZero();
        assertThat(ledger.hostBytesPerPixel()).isZero();
        assertThat(ledger.deviceBytesPerPixel()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"128, 96, tint", "854, 480, invert", "512, 512, edge"})
    void shouldWriteOneFrameByTheDeviceAndNoneByTheHostWhenAKernelRuns(
        final int width, final int height, final String model) {
        final CopyLedger ledger = ledgerOf(width, height, model);

        assertThat(ledger.pixels()).isEqualTo((long) FRAMES * width * height);
        assertThat(ledger.hostBytesPerPixel()).isZero();
        assertThat(ledger.deviceBytesPerPixel()).isEqualTo(1.5);
    }

    private static CopyLedger ledgerOf(final int width, final int height, final String model) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, width, height, 0, FRAMES, 25);
            fixture.launch(fixture.context().model(Model.builtIn(model)));
            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(FRAMES);
            return fixture.pipeline.stats().ledger();
        }
    }

    @Test
    void shouldEncodeTheVeryMemoryThatTheDecoderWrote() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 10, 10);
            final List<Long> encoded = new ArrayList<>();
            final List<Long> submitted = new ArrayList<>();
            final SteppedPort port = new SteppedPort() {
                @Override
                public long submit(
                    final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
                    assertThat(out).as("result slot").isSameAs(in);
                    submitted.add(in.planeAddress(0));
                    return super.submit(in, out, parameters);
                }
            };
            port.allowance = Integer.MAX_VALUE;
            fixture.launch(fixture.context().model(Model.builtIn("identity")).inference(port.opener())
                .encoders(context -> new AddressEncoder(context, encoded)));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.pipeline.stats().ledger().copiedFrames()).isZero();
            assertThat(encoded).hasSize(10).isEqualTo(submitted);
        }
    }

    /** Notes where the pictures lie that it is to encode. */
    private static final class AddressEncoder extends WrappedEncoder {
        private final List<Long> addresses;

        AddressEncoder(final EncoderContext context, final List<Long> addresses) {
            super(context);
            this.addresses = addresses;
        }

        @Override
        public void encode(
            final FrameSlot slot, final long pts, final long arrivalNs, final boolean forceKeyframe,
            final PacketHandler out) {
            addresses.add(slot.planeAddress(0));
            super.encode(slot, pts, arrivalNs, forceKeyframe, out);
        }
    }
}
