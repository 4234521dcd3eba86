package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.Skip;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code rill demo --input} makes of files as people have them, and of files that are none. */
class InputFilesTest {
    private static final int FRAMES = 50;

    @TempDir
    private Path folder;

    @Test
    void shouldCopyH264WithBFramesAndKeepItsTimes() throws IOException, URISyntaxException {
        final Path input = resource("h264-bframes-aac.mp4");

        final JsonNode report = demo(input, "out.ts");

        assertLossless(report, 100);
        final List<Long> expected = MediaProbe.of(input).picturePts();
        final List<Long> actual = MediaProbe.of(folder.resolve("out.ts")).picturePts();
        final long offset = actual.get(0) - expected.get(0);
        assertThat(actual).isEqualTo(expected.stream().map(pts -> pts + offset).toList());
    }

    @Test
    void shouldTranscodeHevc() throws IOException, URISyntaxException {
        final JsonNode report = demo(resource("hevc-aac.mp4"), "out.mp4");

        assertLossless(report, FRAMES);
        assertThat(report.get("setup").get("input").asText()).contains("hevc").contains("transcoded to H.264");
        final MediaProbe out = MediaProbe.of(folder.resolve("out.mp4"));
        assertThat(out.pictures).hasSize(FRAMES);
        assertThat(out.audioCodec).isEqualTo("aac");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("formats")
    void shouldTake(final String name, final SampleMedia media, final String audioOut) throws IOException {
        final Path input = media.frames(FRAMES).write(folder.resolve(name));

        final JsonNode report = demo(input, "out.mkv");

        assertLossless(report, FRAMES);
        final MediaProbe out = MediaProbe.of(folder.resolve("out.mkv"));
        assertThat(out.pictures).hasSize(FRAMES);
        assertThat(out.videoCodec).isEqualTo("h264");
        assertThat(out.audioCodec).isEqualTo(audioOut);
    }

    static Stream<Arguments> formats() {
        return Stream.of(
            Arguments.of("h264-aac.mp4", new SampleMedia().audio("aac"), "aac"),
            Arguments.of("vp9-opus.webm", new SampleMedia().video("libvpx-vp9").audio("libopus"), "opus"),
            Arguments.of("mjpeg-pcm.avi",
                new SampleMedia().video("mjpeg").pixelFormat("yuvj420p").audio("pcm_s16le"), "aac"),
            Arguments.of("silent.mkv", new SampleMedia(), ""));
    }

    @Test
    void shouldCropOddSizesToEvenOnes() throws IOException {
        final Path input =
            new SampleMedia().video("libvpx-vp9").size(321, 241).frames(25).write(folder.resolve("odd.webm"));

        assertLossless(demo(input, "out.ts"), 25);

        final MediaProbe.Picture picture = MediaProbe.of(folder.resolve("out.ts")).pictures.get(0);
        assertThat(picture.width()).isEqualTo(320);
        assertThat(picture.height()).isEqualTo(240);
    }

    @Test
    void shouldFollowAChangeOfResolution() throws IOException {
        final Path both = joined(
            new SampleMedia().size(160, 96).frames(25), new SampleMedia().size(320, 192).frames(25).firstFrame(25));

        assertLossless(demo(both, "out.ts"), FRAMES);

        final List<MediaProbe.Picture> pictures = MediaProbe.of(folder.resolve("out.ts")).pictures;
        assertThat(pictures).hasSize(FRAMES);
        assertThat(pictures.get(0).width()).isEqualTo(160);
        assertThat(pictures.get(FRAMES - 1).width()).isEqualTo(320);
    }

    @Test
    void shouldDeliverWhatIsThereOfATruncatedFile() throws IOException {
        final Path whole = new SampleMedia().audio("aac").faststart().frames(FRAMES).write(folder.resolve("whole.mp4"));
        final Path torn = SampleMedia.truncate(whole, folder.resolve("torn.mp4"), 0.6);

        final JsonNode report = demo(torn, "out.ts");

        final long frames = report.get("framesIn").asLong();
        assertThat(frames).isBetween(10L, FRAMES - 1L);
        assertLossless(report, frames);
    }

    @Test
    void shouldFollowTimesThatBeginAgain() throws IOException {
        final Path input = joined(
            new SampleMedia().size(192, 128).audio("aac").frames(25),
            new SampleMedia().size(192, 128).audio("aac").frames(25));

        assertLossless(demo(input, "out.ts"), FRAMES);

        final List<Long> pts = MediaProbe.of(folder.resolve("out.ts")).picturePts();
        assertThat(pts).hasSize(FRAMES).isSorted().doesNotHaveDuplicates();
        assertThat(pts.get(FRAMES - 1) - pts.get(0)).as("duration in ticks")
            .isBetween(2 * 90_000L - 9_000, 3 * 90_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fast", "--realtime"})
    void shouldFollowTimesThatJumpAhead(final String pace) throws IOException {
        final Path input = joined(
            new SampleMedia().size(192, 128).audio("aac").frames(25),
            new SampleMedia().size(192, 128).audio("aac").frames(25).firstFrame(25 * 7_200));

        assertLossless(demo(input, "out.ts", pace), FRAMES);

        assertThat(MediaProbe.of(folder.resolve("out.ts")).picturePts()).hasSize(FRAMES).isSorted();
    }

    @Test
    void shouldRefuseAFileThatMayNotBeRead() throws IOException {
        final Path input = new SampleMedia().frames(10).write(folder.resolve("secret.ts"));
        Files.setPosixFilePermissions(input, Set.of());
        Skip.unless(!Files.isReadable(input), "this user may read everything, as root may: nothing to refuse");

        assertRefused(input, "");
    }

    @Test
    void shouldRefuseAMissingFile() {
        assertRefused(folder.resolve("nowhere.mp4"), "no such file");
    }

    @Test
    void shouldRefuseADirectory() {
        assertRefused(folder, "directory");
    }

    @Test
    void shouldRefuseAnEmptyFile() throws IOException {
        assertRefused(Files.createFile(folder.resolve("empty.mp4")), "empty");
    }

    @Test
    void shouldRefuseAFileThatIsNoMedia() throws IOException {
        final Path file = folder.resolve("random.mp4");
        Files.write(file, new java.util.Random(42).ints(10_000, 0, 256)
            .collect(java.io.ByteArrayOutputStream::new, java.io.ByteArrayOutputStream::write, (a, b) -> { })
            .toByteArray());
        assertRefused(file, "expected media");

        final Path text = folder.resolve("notes.txt");
        Files.writeString(text, "Not a film.\n".repeat(200), StandardCharsets.UTF_8);
        assertRefused(text, "expected a media file");
    }

    @Test
    void shouldRefuseAFileWithAudioOnly() {
        assertRefused(
            new SampleMedia().video("").audio("aac").write(folder.resolve("song.m4a")), "no video stream");
    }

    @Test
    void shouldRefuseAUrlThatNobodyServes() {
        final Cli result =
            rill("demo", "--input", "http://127.0.0.1:9/live.ts", "--out", folder.resolve("o.ts").toString());

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.complaint()).contains("http://127.0.0.1:9/live.ts");
    }

    private void assertRefused(final Path input, final String reason) {
        final Cli result = rill("demo", "--input", input.toString(), "--out", folder.resolve("o.ts").toString());

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.complaint()).contains(input.toString(), reason);
    }

    private Path joined(final SampleMedia first, final SampleMedia second) throws IOException {
        final Path both = folder.resolve("both.ts");
        Files.write(both, concat(
            Files.readAllBytes(first.write(folder.resolve("first.ts"))),
            Files.readAllBytes(second.write(folder.resolve("second.ts")))));
        return both;
    }

    private JsonNode demo(final Path input, final String out) throws IOException {
        return demo(input, out, "--fast");
    }

    private JsonNode demo(final Path input, final String out, final String pace) throws IOException {
        final Path json = folder.resolve("report.json");
        final Cli result = rill("demo", pace, "--effect", "tint", "--input", input.toString(),
            "--out", folder.resolve(out).toString(), "--json", json.toString());
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return new ObjectMapper().readTree(json.toFile());
    }

    private static void assertLossless(final JsonNode report, final long frames) {
        assertThat(report.get("framesIn").asLong()).as(report.toPrettyString()).isEqualTo(frames);
        assertThat(report.get("framesOut").asLong()).as(report.toPrettyString()).isEqualTo(frames);
        assertThat(report.get("dropped")).isEmpty();
        assertThat(report.get("unaccounted").asLong()).isZero();
    }

    private static byte[] concat(final byte[] first, final byte[] second) {
        final byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static Path resource(final String name) throws URISyntaxException {
        return Path.of(InputFilesTest.class.getResource("/media/" + name).toURI());
    }
}
