package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.media.DeclaredColours;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.source.DecodedSource;
import dev.rill.frame.transcode.RenditionStats;
import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.frame.transcode.Transcoder;
import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.Model;
import dev.rill.gpu.PixelFormat;
import dev.rill.trickle.EndReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Colours that streams declare reach the model's session and the output. */
class SessionColoursTest {
    private static final int FRAMES = 12;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"identity", "tint"})
    void shouldFollowTheColoursOfTheStreamAndLoseNothing(final String model) {
        final List<Colours> declared = List.of(Colours.BT601_LIMITED, Colours.BT709_LIMITED, Colours.BT709_FULL,
            Colours.BT601_FULL, Colours.BT601_LIMITED);
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn(model)));
            for (int i = 0; i < declared.size(); i++) {
                final FrameFormat format = FrameFormat.of(PixelFormat.I420, 128, 96).colours(declared.get(i));
                fixture.input.segments(media(fixture, format, i).segments);
                fixture.drain(0);
            }

            assertThat(colours(fixture.output)).isEqualTo(declared);
            assertThat(fixture.output.videoPts()).hasSize(FRAMES * declared.size());
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
            assertThat(fixture.pipeline.stats().ledger().copiedFrames()).as("pictures copied").isZero();
            assertThat(fixture.errors).isEmpty();
            fixture.input.end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();
        }
    }

    @Test
    void shouldKeepTheColoursOfTheStreamWhereTheSizeChanges() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn("identity")).outputSize(128, 96));
            final FrameFormat large = FrameFormat.of(PixelFormat.I420, 1280, 720);
            fixture.input.segments(media(fixture, large, 0).segments);
            fixture.drain(0);
            fixture.input.segments(media(fixture, large.colours(Colours.BT601_LIMITED), 1).segments);
            fixture.drain(0);

            assertThat(colours(fixture.output)).containsExactly(Colours.BT709_LIMITED, Colours.BT601_LIMITED);
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(2 * FRAMES);
            fixture.input.end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();
        }
    }

    @Test
    void shouldGiveRenditionsTheColoursOfTheirSource() throws IOException {
        final Map<String, SegmentTape> tapes = new LinkedHashMap<>();
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 128, 96);
        try (PipelineFixture fixture = new PipelineFixture(); MediaThreads threads = MediaThreads.start(1)) {
            final Path file = folder.resolve("in.ts");
            Files.write(file, media(fixture, format, 0).segments.get(0));
            Files.write(file, media(fixture, format.colours(Colours.BT709_LIMITED), 1).segments.get(0),
                StandardOpenOption.APPEND);
            try (DecodedSource source = DecodedSource.open(file.toString(), fixture.bridge, new PacketPool(),
                    SystemNanoClock.INSTANCE, DecodedSource.MAX_PIXELS_DEFAULT, null);
                Transcoder transcoder = new Transcoder(source,
                    List.of(TranscodeProfile.parse("name=same"), TranscodeProfile.parse("name=half,width=64")),
                    fixture.bridge, threads, DeliveryPolicy.BATCH,
                    profile -> tapes.computeIfAbsent(profile.name(), name -> new SegmentTape()))) {
                assertThat(transcoder.run()).isTrue();
                assertThat(transcoder.stats()).extracting(RenditionStats::framesOut)
                    .containsExactly(2L * FRAMES, 2L * FRAMES);
            }
        }

        assertThat(tapes.keySet()).containsExactlyInAnyOrder("same", "half");
        assertThat(tapes.values()).allSatisfy(tape -> assertThat(
            tape.units(Packet.Kind.VIDEO).stream().filter(SegmentTape.Unit::keyframe)
                .map(unit -> DeclaredColours.of(ByteBuffer.wrap(unit.bytes()))))
            .containsExactly(Colours.BT601_LIMITED, Colours.BT709_LIMITED));
    }

    private static TestMedia media(final PipelineFixture fixture, final FrameFormat format, final int segment) {
        final long[] times =
            LongStream.range(0, FRAMES).map(i -> 90_000 + (segment * FRAMES + i) * TestMedia.STEP).toArray();
        return TestMedia.timed(fixture.bridge, format, FRAMES, times);
    }

    /** Of the first unit of every segment. */
    private static List<Colours> colours(final TestOutput output) {
        return output.units().stream().map(units -> units.get(0)).map(Unit::payload).map(ByteBuffer::wrap)
            .map(DeclaredColours::of).toList();
    }
}
