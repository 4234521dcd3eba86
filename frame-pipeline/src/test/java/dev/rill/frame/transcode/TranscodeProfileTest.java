package dev.rill.frame.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.transcode.TranscodeProfile.Gop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranscodeProfileTest {
    private static final Gop TWO_SECONDS = new Gop(180_000, false);

    @Test
    void shouldReadPresetsChangesAndFullDescriptions() {
        assertThat(TranscodeProfile.parse("720p"))
            .isEqualTo(new TranscodeProfile("720p", 0, 720, 2_800_000, 0, TWO_SECONDS, "", ""));
        assertThat(TranscodeProfile.parse("720p,name=hd,bitrate=3M,fps=25"))
            .isEqualTo(new TranscodeProfile("hd", 0, 720, 3_000_000, 25, TWO_SECONDS, "", ""));
        assertThat(TranscodeProfile.parse("name=small,width=426,bitrate=400k,gop=0.5s,profile=Baseline"))
            .isEqualTo(new TranscodeProfile("small", 426, 0, 400_000, 0, new Gop(45_000, false), "baseline", ""));
        assertThat(TranscodeProfile.parse("240p,gop=60f,codec=h264_nvenc"))
            .isEqualTo(new TranscodeProfile("240p", 0, 240, 400_000, 0, new Gop(60, true), "", "h264_nvenc"));
        assertThat(TranscodeProfile.parse("240p,codec=H264")).isEqualTo(TranscodeProfile.parse("240p"));
        assertThat(TranscodeProfile.presets()).extracting(TranscodeProfile::height)
            .containsExactly(240, 360, 480, 720, 1080);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "999p | profile 999p: expected 240p, 360p, 480p, 720p, 1080p or name=…, actual 999p",
        "width=426 | profile width=426: name: expected name=…, actual none",
        "720p,bitrate=fast | profile 720p: bitrate: expected a number, also as 800k or 2M, actual fast",
        "720p,height=721 | profile 720p: height: expected 0, or even and from 2 to 16384, actual 721",
        "720p,fps=500 | profile 720p: fps: expected 0 to 240, actual 500",
        "720p,gop=2 | profile 720p: gop: expected seconds or frames, as 2s, 0.5s or 60f, actual 2",
        "720p,gop=0s | profile 720p: gop: expected more than 0, actual 0",
        "720p,gop=0f | profile 720p: gop: expected more than 0, actual 0",
        "720p,codec=hevc | profile 720p: codec: expected h264, or FFmpeg's name of an encoder of it (others are not "
            + "made yet), actual hevc",
        "720p,codec=a b | profile 720p: codec: expected letters, digits, _ or -, actual a b",
        "720p,profile=extended | profile 720p: profile: expected baseline, main or high, actual extended",
        "720p,colour=red | profile 720p: colour: expected name, width, height, bitrate, fps, gop, profile or codec",
        "720p,name=a/b | profile a/b: name: expected 1 to 64 letters, digits, _ or -, actual a/b"})
    void shouldNameWhatIsWrong(final String text, final String message) {
        assertThatThrownBy(() -> TranscodeProfile.parse(text)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "720p, 1920, 1080, 1280, 720", "360p, 1920, 1080, 640, 360", "360p, 853, 480, 640, 360",
        "'name=w,width=320', 1280, 720, 320, 180", "'name=both,width=300,height=300', 1280, 720, 300, 300",
        "'name=same', 854, 480, 854, 480", "'name=flat,width=1000', 16384, 2, 1000, 2"})
    void shouldKeepTheAspectInEvenNumbers(
        final String text, final int width, final int height, final int expectedWidth, final int expectedHeight) {
        assertThat(TranscodeProfile.parse(text).sizeFor(width, height)).containsExactly(expectedWidth, expectedHeight);
    }
}
