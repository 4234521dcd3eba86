package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.source.DecodedSource;
import dev.rill.gpu.Model;
import java.nio.file.Path;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A medium as the input of a pipeline: it is read as fast as the model works, and nothing of it is lost. */
class MediaIntakeTest {
    private static final int FRAMES = 80;

    @TempDir
    private Path folder;

    @Test
    void shouldReadNoFurtherThanSlotsReachAndLoseNothing() {
        final SteppedPort port = new SteppedPort();
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.input.closed = true;
            fixture.launch(context(fixture).inference(port.opener()));

            fixture.settle();
            final long ahead = fixture.pipeline.stats().framesIn();
            assertThat(ahead).isBetween(1L, (long) DecodedSource.MAX_SLOTS);
            port.allowance = 10;
            fixture.settle();
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(10);
            assertThat(fixture.pipeline.stats().framesIn()).isLessThanOrEqualTo(ahead + 10);

            port.allowance = Integer.MAX_VALUE;
            fixture.awaitEnd();
            assertThat(fixture.ends).containsExactly(PipelineEnd.INPUT_ENDED);
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(FRAMES);
        }
    }

    @Test
    void shouldCountFramesOnWhichTheModelFails() {
        final SteppedPort port = new SteppedPort();
        port.allowance = Integer.MAX_VALUE;
        port.status = 3;
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.input.closed = true;
            fixture.launch(context(fixture).inference(port.opener()));

            fixture.awaitEnd();

            assertThat(fixture.pipeline.stats().dropped(DropReason.INFERENCE_FAILED)).isEqualTo(FRAMES);
            assertThat(fixture.errors).extracting(StreamError::code).contains(StreamError.Code.INFERENCE);
        }
    }

    @Test
    void shouldGiveBackEverythingWhenItIsClosedInTheMiddle() {
        final SteppedPort port = new SteppedPort();
        port.allowance = 3;
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.input.closed = true;
            fixture.launch(context(fixture).inference(port.opener()));
            fixture.settle();
        }
    }

    @Test
    void shouldRefuseToDropFramesOfAMedium() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            assertThatThrownBy(() -> FramePipeline.launch(context(fixture).policy(DeliveryPolicy.LIVE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("policy: expected BATCH with a source, actual LIVE");
        }
    }

    private FramePipelineContext context(final PipelineFixture fixture) {
        final Path film = new SampleMedia().audio("aac").frames(FRAMES).write(folder.resolve("film.mp4"));
        return fixture.context().subscriber(null).model(Model.builtIn("identity"))
            .source(DecodedSource.open(
                film.toString(), fixture.bridge, new PacketPool(), SystemNanoClock.INSTANCE,
                DecodedSource.MAX_PIXELS_DEFAULT, null));
    }
}
