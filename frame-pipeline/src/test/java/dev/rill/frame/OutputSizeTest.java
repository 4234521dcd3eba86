package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.codec.PictureScaler;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.media.TestSlots;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.trickle.EndReason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Size and frame rate that a session asks for; live-session specification, sections 15.1 and 15.2. */
class OutputSizeTest {
    private static List<SegmentTape.Picture> pictures(final PipelineFixture fixture) {
        final SegmentTape tape = new SegmentTape();
        tape.segments().addAll(fixture.output.segments());
        return tape.pictures();
    }

    private static void play(final PipelineFixture fixture, final TestMedia... media) {
        for (final TestMedia part : media) {
            fixture.input.segments(part.segments);
        }
        fixture.input.end(EndReason.CHANNEL_CLOSED);
        fixture.awaitEnd();
        fixture.assertIdentity();
    }

    /** LS-22. */
    @ParameterizedTest
    @CsvSource({"1280, 720, identity", "1280, 720, tint", "384, 640, identity", "98, 50, edge"})
    void shouldScaleToCoverAndCutToTheMiddle(final int width, final int height, final String model) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn(model)).outputSize(512, 512));

            play(fixture, TestMedia.video(fixture.bridge, width, height, 0, 10, 10));

            assertThat(pictures(fixture)).hasSize(10)
                .allMatch(picture -> picture.width() == 512 && picture.height() == 512);
            final CopyLedger ledger = fixture.pipeline.stats().ledger();
            assertThat(ledger.scaledFrames()).isEqualTo(10);
            assertThat(ledger.hostBytes()).as("written once").isEqualTo(10L * 512 * 512 * 3 / 2);
        }
    }

    @Test
    void shouldLeaveFramesOfThatSizeAlone() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn("identity")).outputSize(128, 96));

            play(fixture, TestMedia.video(fixture.bridge, 128, 96, 0, 10, 10));

            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(10);
            assertThat(fixture.pipeline.stats().ledger().scaledFrames()).isZero();
            assertThat(fixture.pipeline.stats().ledger().hostBytes()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "tint"})
    void shouldKeepItsSizeAndItsEncoderWhenTheInputChanges(final String model) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final int[] encoders = new int[1];
            fixture.launch(fixture.context().model(Model.builtIn(model)).outputSize(384, 448).encoders(context -> {
                encoders[0]++;
                return new WrappedEncoder(context);
            }));

            play(fixture, TestMedia.video(fixture.bridge, 128, 96, 0, 8, 8),
                TestMedia.video(fixture.bridge, 96, 128, 24_000, 8, 8),
                TestMedia.video(fixture.bridge, 384, 448, 48_000, 8, 8));

            assertThat(pictures(fixture)).hasSize(24)
                .allMatch(picture -> picture.width() == 384 && picture.height() == 448);
            assertThat(encoders[0]).as("encoders opened").isEqualTo(1);
            assertThat(fixture.pipeline.stats().ledger().scaledFrames()).isEqualTo(16);
            assertThat(fixture.errors).isEmpty();
        }
    }

    /** Left and right, or top and bottom, of a picture with four stripes of 60, 100, 140 and 180 are cut off. */
    @ParameterizedTest
    @CsvSource({"256, 128, true", "128, 256, false"})
    void shouldShowTheMiddleOfThePicture(final int width, final int height, final boolean wide) {
        try (TestSlots slots = new TestSlots(2); PictureScaler scaler = new PictureScaler()) {
            final FrameSlot source = slots.acquire(width, height);
            final FrameSlot target = slots.acquire(512, 512);
            final ByteBuffer luma = source.plane(0);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    luma.put(y * source.format().planeStride(0) + x, (byte) (60 + 40 * ((wide ? x : y) / 64)));
                }
            }

            scaler.cover(source, target);

            for (int i = 0; i < 512; i++) {
                final int at = wide ? 200 * target.format().planeStride(0) + i : i * target.format().planeStride(0);
                if (Math.abs(i - 256) > 16) { // Away from the edge, which bicubic scaling rings at.
                    assertThat(target.plane(0).get(at) & 0xFF).as("sample %d", i)
                        .isCloseTo(i < 256 ? 100 : 140, within(2));
                }
            }
            source.release();
            target.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"511, 512", "512, 0", "0, 512", "-2, -2", "16386, 512"})
    void shouldRefuseSizesThatNoFrameCanHave(final int width, final int height) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            assertThatThrownBy(() -> fixture.context().outputSize(width, height).conclude())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("outputSize");
            assertThatThrownBy(() -> fixture.context().maxFrameRate(241).conclude())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("maxFrameRate");
        }
    }

    /** LS-20: also with a jitter of 10 ms. */
    @ParameterizedTest
    @ValueSource(longs = {0, 900})
    void shouldProcessAtMostSoManyFramesOfASecond(final long jitterTicks) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().maxFrameRate(24));
            final long[] times =
                LongStream.range(0, 90).map(frame -> 900_000 + 3000 * frame + frame % 2 * jitterTicks).toArray();

            play(fixture, TestMedia.timed(fixture.bridge, 128, 96, 30, times));

            final List<Long> out = fixture.output.videoPts();
            for (final long pts : out) {
                assertThat(out.stream().filter(other -> other >= pts && other < pts + 90_000 - 900))
                    .as("frames of the second from %d on", pts).hasSizeLessThanOrEqualTo(24);
            }
            assertThat(out).hasSizeBetween(71, 72);
            assertThat(fixture.pipeline.stats().dropped(DropReason.ABOVE_FRAME_RATE)).isEqualTo(90 - out.size());
            assertThat(fixture.pipeline.stats().droppedTotal()).isEqualTo(90 - out.size());
        }
    }
}
