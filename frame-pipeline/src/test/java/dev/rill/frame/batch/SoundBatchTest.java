package dev.rill.frame.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioHandler;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.media.Pulses;
import dev.rill.frame.media.Pulses.Heard;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.Skip;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sound of files through a handler, with pictures and alone; FFmpeg listens to the results. */
@Timeout(60)
class SoundBatchTest {
    private static final double CLOSE = 0.003;
    private static final double SECONDS = 4;
    private static final int PULSES = 8;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java"));

    @TempDir
    private Path folder;

    @AfterEach
    void assertNothingLeft() {
        assertThat(bridge.outstandingSlots()).isZero();
        assertThat(bridge.openPools()).isZero();
        bridge.close();
    }

    @ParameterizedTest
    @CsvSource({
        "pcm_s16le,  48000, 2, in.wav,  out.m4a,  AAC,  2",
        "pcm_s16le,  44100, 1, in.wav,  out.mka,  AAC,  1",
        "pcm_s16le,   8000, 1, in.wav,  out.opus, OPUS, 1",
        "flac,       44100, 2, in.flac, out.ogg,  OPUS, 2",
        "aac,        44100, 2, in.m4a,  out.mp4,  AAC,  2",
        "libopus,    48000, 2, in.mka,  out.ts,   OPUS, 2",
        "ac3,        48000, 6, in.mka,  out.m4a,  AAC,  2",
        "libmp3lame, 44100, 2, in.mp3,  out.m4a,  AAC,  2"})
    void shouldTakeSoundAloneThroughAHandler(
        final String codec, final int rate, final int channels, final String from, final String to,
        final AudioCodec target, final int delivered) throws Exception {
        Skip.unless(SampleMedia.has(codec), "this FFmpeg build has no encoder " + codec);
        final Path in = sound(codec, rate, channels, from);
        final Path out = folder.resolve(to);
        final AtomicLong samples = new AtomicLong();

        final BatchResult result = run(in, out, new AudioProcessing(
            sound -> samples.addAndGet(sound.samples()), target));

        final Heard after = Pulses.listen(out);
        assertThat(after.channels()).isEqualTo(delivered);
        assertDistances(after.seconds());
        assertThat(after.seconds().get(0)).as("begin").isCloseTo(0.25, within(0.06));
        assertThat(samples.get() / 48_000.0).as("seconds seen by the handler").isCloseTo(SECONDS, within(0.1));
        assertThat(result.stats().framesIn()).isZero();
        assertThat(result.warnings()).isZero();
    }

    @Test
    void shouldNotDriftInThreeMinutes() throws Exception {
        final Path in = new SampleMedia().video("").audio("pcm_s16le").sound(44_100, 1).pulses()
            .frameRate(25).frames(180 * 25).write(folder.resolve("in.wav"));
        final Path out = folder.resolve("out.mka");

        final BatchResult result = run(in, out, AudioProcessing.to(AudioCodec.AAC));

        final List<Double> seconds = Pulses.listen(out).seconds();
        assertThat(seconds).hasSize(360);
        assertThat(seconds.get(359) - seconds.get(0)).isCloseTo(359 * 0.5, within(CLOSE));
        assertThat(result.warnings()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aac", "libopus"})
    void shouldCopySoundAloneIfNothingIsToBeDone(final String codec) throws Exception {
        final Path in = sound(codec, 48_000, 2, "in.mka");
        final Path out = folder.resolve("out.mka");

        final BatchResult result = run(in, out, null);

        assertDistances(Pulses.listen(out).seconds());
        assertThat(result.stats().audioPacketsOut()).isEqualTo(result.stats().audioPacketsIn()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"aac, in.mp4, out.mp4, AAC", "pcm_s16le, in.mkv, out.mkv, OPUS", "libopus, in.mkv, out.ts, AAC"})
    void shouldKeepProcessedSoundWithItsPictures(
        final String codec, final String from, final String to, final AudioCodec target) throws Exception {
        final Path in = new SampleMedia().audio(codec).pulses().frameRate(25).frames(100).write(folder.resolve(from));
        final Path out = folder.resolve(to);

        final BatchResult result = run(in, out, new AudioProcessing(AudioHandler.gain(0.5), target));

        assertThat(result.stats().framesOut()).isEqualTo(100);
        final Heard after = Pulses.listen(out);
        assertDistances(after.seconds());
        assertThat(after.pulses()).allMatch(pulse -> pulse.peak() > 0.3 && pulse.peak() < 0.5);
        final double shift = Pulses.firstPictureSeconds(out) - Pulses.firstPictureSeconds(in);
        for (int i = 0; i < PULSES; i++) {
            assertThat(after.seconds().get(i) - shift).as("pulse %d beside the pictures", i)
                .isCloseTo(Pulses.listen(in).seconds().get(i), within(CLOSE));
        }
    }

    @Test
    void shouldFailAsAWholeIfTheHandlerFails() {
        final Path in = sound("pcm_s16le", 48_000, 2, "in.wav");
        final Path out = folder.resolve("out.m4a");

        assertThatThrownBy(() -> run(in, out, new AudioProcessing(sound -> {
            if (sound.pts() > 90_000) {
                throw new IllegalStateException("no idea");
            }
        }, AudioCodec.AAC))).isInstanceOf(MediaException.class).hasMessageContaining("audio handler")
            .hasMessageContaining("no idea");
        assertThat(out).doesNotExist();
    }

    @Test
    void shouldNameAContainerThatCannotHoldIt() {
        final Path in = sound("pcm_s16le", 48_000, 2, "in.wav");

        assertThatThrownBy(() -> run(in, folder.resolve("out.ogg"), null)).isInstanceOf(MediaException.class)
            .hasMessageContaining("cannot hold aac");
    }

    @Test
    void shouldRefuseAMediumWithNeither() throws Exception {
        final Path in = Files.writeString(folder.resolve("in.srt"), "1\n00:00:01,000 --> 00:00:02,000\nwords\n\n");

        assertThatThrownBy(() -> run(in, folder.resolve("out.m4a"), null)).isInstanceOf(MediaException.class)
            .hasMessageContaining("in.srt").hasMessageContaining("no video or audio stream");
    }

    @Test
    void shouldNotMakeAPictureOfSound() {
        final Path in = sound("pcm_s16le", 48_000, 2, "in.wav");

        assertThatThrownBy(() -> run(in, folder.resolve("out.png"), null)).isInstanceOf(MediaException.class)
            .hasMessageContaining("expected a still picture");
    }

    private Path sound(final String codec, final int rate, final int channels, final String name) {
        return new SampleMedia().video("").audio(codec).sound(rate, channels).pulses()
            .frameRate(25).frames((int) (SECONDS * 25)).write(folder.resolve(name));
    }

    private BatchResult run(final Path in, final Path out, final AudioProcessing audio) throws InterruptedException {
        try (BatchRunner batch = BatchRunner.launch(new BatchContext().input(in.toString()).output(out).bridge(bridge)
            .model(Model.builtIn("identity")).audio(audio))) {
            return batch.await();
        }
    }

    private static void assertDistances(final List<Double> seconds) {
        assertThat(seconds).as("pulses").hasSize(PULSES);
        for (int i = 1; i < PULSES; i++) {
            assertThat(seconds.get(i) - seconds.get(0)).as("pulse %d of %s", i, seconds)
                .isCloseTo(i * 0.5, within(CLOSE));
        }
    }
}
