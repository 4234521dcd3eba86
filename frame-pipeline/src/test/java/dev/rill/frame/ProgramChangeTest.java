package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_NOPARSE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.frame.ts.TsStream;
import dev.rill.trickle.EndReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The streams of an input change while frames are on their way. */
class ProgramChangeTest {
    private static final TsProgram SOUND = TsProgram.of(TsStream.aac(0x101));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldLoseNothingWhenTheVideoGoesAndComesBack(final ThreadingMode mode) throws IOException {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia first = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 30, 15);
            final TestMedia sound = TestMedia.audioOnly(SOUND, 90_000 + 30 * 3000, 2);
            final TestMedia last = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 270_000, 30, 15);
            fixture.launch(fixture.context().threadingMode(mode));

            fixture.input.segments(first.segments).segments(sound.segments).segments(last.segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<Long> expected = new ArrayList<>(first.pts);
            expected.addAll(last.pts);
            assertThat(fixture.errors).isEmpty();
            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(expected);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(30 + 20 + 30);
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(60);
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
            judge(fixture.output.segments(), 60, 80);
        }
    }

    /** Reads all segments as one stream: with our reader, which counts, and with libavformat. */
    private void judge(final List<byte[]> segments, final int frames, final int sounds) throws IOException {
        final Path file = folder.resolve("changed.ts");
        final List<TsProgram> programs = new ArrayList<>();
        final TsReader reader = new TsReader(new TsHandler() {
            @Override
            public void onProgram(final TsProgram program) {
                programs.add(program);
            }

            @Override
            public void onPacket(final Packet packet) {
                packet.release();
            }
        }, new PacketPool(), () -> 0);
        for (final byte[] segment : segments) {
            Files.write(file, segment, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            reader.feed(ByteBuffer.wrap(segment));
        }
        reader.endOfSegment();

        assertThat(programs).extracting(program -> program.video() != null).containsExactly(true, false, true);
        assertThat(reader.counters().continuityErrors() + reader.counters().damagedSections()).isZero();
        assertThat(countByLibavformat(file)).containsExactly(frames, sounds);
    }

    /** Frames, and packets of the other stream, whose payload here is no sound and so is not parsed. */
    private static List<Integer> countByLibavformat(final Path file) {
        final AVFormatContext context = new AVFormatContext(null);
        assertThat(avformat_open_input(context, file.toString(), null, null)).isZero();
        context.flags(context.flags() | AVFMT_FLAG_NOPARSE);
        final AVPacket packet = av_packet_alloc();
        int frames = 0;
        int sounds = 0;
        while (av_read_frame(context, packet) >= 0) {
            final int type = context.streams(packet.stream_index()).codecpar().codec_type();
            final boolean isVideo = type == AVMEDIA_TYPE_VIDEO;
            frames += isVideo ? 1 : 0;
            sounds += isVideo ? 0 : 1;
            av_packet_unref(packet);
        }
        av_packet_free(packet);
        avformat_close_input(context);
        return List.of(frames, sounds);
    }

    @Test
    void shouldLetTheFramesPassFirstWhenTheProgramLosesItsVideo() {
        checkOrder(SOUND, 2, List.of());
    }

    @Test
    void shouldLetTheFramesPassFirstWhenTheVideoStaysAway() {
        checkOrder(TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x101)), 4, List.of(StreamError.Code.NO_VIDEO));
    }

    private static void checkOrder(
        final TsProgram laterProgram, final int laterSegments, final List<StreamError.Code> errors) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final SteppedPort port = new SteppedPort();
            port.allowance = 2;
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 10, 10);
            final TestMedia sound = TestMedia.audioOnly(laterProgram, 90_000 + 10 * 3000, laterSegments);
            fixture.launch(fixture.context().inference(port.opener()));

            fixture.input.segments(media.segments).segments(sound.segments);
            fixture.settle();
            final boolean wasConsumed = fixture.input.isConsumed();
            fixture.assertIdentity();
            final List<Long> early = fixture.output.videoPts();
            port.allowance = 1000;
            fixture.input.end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(wasConsumed).as("the change was read while frames were in the bridge").isTrue();
            assertThat(early).hasSize(2);
            assertThat(fixture.errors).extracting(StreamError::code).containsExactlyElementsOf(errors);
            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(10 + 10 * laterSegments)
                .extracting(Unit::pts).isSorted();
            assertThat(fixture.output.units().get(0).stream().filter(unit -> unit.kind() == Packet.Kind.VIDEO))
                .as("all frames are in the segment that they began").hasSize(10);
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    @Test
    void shouldKeepTheVideoRunningWhenOnlyTheSoundChanges() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia first = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 20, 20);
            final TestMedia mute = TestMedia.video(fixture.bridge, 128, 96, 150_000, 20, 20);
            final TestMedia last = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 210_000, 20, 20);
            fixture.launch(fixture.context());

            fixture.input.segments(first.segments).segments(mute.segments).segments(last.segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.errors).isEmpty();
            assertThat(fixture.output.videoPts()).hasSize(60);
            assertThat(fixture.output.units(Packet.Kind.AUDIO)).hasSize(40);
            assertThat(fixture.output.units()).allMatch(segment -> segment.stream()
                .filter(unit -> unit.kind() == Packet.Kind.VIDEO).findFirst().orElseThrow().keyframe());
        }
    }
}
