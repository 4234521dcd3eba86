package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.trickle.Trickle;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Sizes, start positions and channel URLs as typed. */
class OptionValuesTest {
    private final FrameSize.Converter sizes = new FrameSize.Converter();
    private final StartPosition positions = new StartPosition();
    private final ChannelUrl.Converter channels = new ChannelUrl.Converter();

    @Test
    void shouldReadASize() {
        assertThat(sizes.convert("1280x720")).isEqualTo(new FrameSize(1280, 720));
        assertThat(sizes.convert("64X64")).isEqualTo(new FrameSize(64, 64));
        assertThat(sizes.convert("4096x2304")).isEqualTo(new FrameSize(4096, 2304));
        assertThat(sizes.convert("16384x64")).isEqualTo(new FrameSize(16384, 64));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "720p", "1280", "1280x", "x720", "1280x720x3", "-2x64", "1280 x 720", "123456x2"})
    void shouldAskForWidthAndHeight(final String text) {
        assertThatThrownBy(() -> sizes.convert(text)).isInstanceOf(TypeConversionException.class)
            .hasMessageContaining("WIDTHxHEIGHT").hasMessageEndingWith("got " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x0", "62x64", "64x62", "321x240", "320x241", "16386x64", "4096x2306", "99999x99999"})
    void shouldNameTheRangeOfASize(final String text) {
        assertThatThrownBy(() -> sizes.convert(text)).isInstanceOf(TypeConversionException.class)
            .hasMessageContaining("even numbers from 64 to 16384 and at most 9437184 pixels")
            .hasMessageEndingWith("got " + text);
    }

    @Test
    void shouldReadAStartPosition() {
        assertThat(positions.convert("current")).isEqualTo(Trickle.CURRENT);
        assertThat(positions.convert("next")).isEqualTo(Trickle.NEXT);
        assertThat(positions.convert("now")).isEqualTo(Trickle.NEXT);
        assertThat(positions.convert("oldest")).isEqualTo(StartPosition.OLDEST);
        assertThat(positions.convert("0")).isZero();
        assertThat(positions.convert("999999999999999999")).isEqualTo(999_999_999_999_999_999L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-2", "first", "1.5", "9999999999999999999"})
    void shouldRefuseOtherStartPositions(final String text) {
        assertThatThrownBy(() -> positions.convert(text)).isInstanceOf(TypeConversionException.class)
            .hasMessage("expected current, next, oldest or a segment number, got " + text);
    }

    @Test
    void shouldTakeAChannelUrlApart() {
        final ChannelUrl channel = channels.convert("http://127.0.0.1:2939/ai/trickle/my%20film");

        assertThat(channel.base()).isEqualTo(URI.create("http://127.0.0.1:2939/ai/trickle/"));
        assertThat(channel.name()).isEqualTo("my film");
        assertThat(channel).hasToString("http://127.0.0.1:2939/ai/trickle/my%20film");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "movie", "ftp://127.0.0.1/a", "http:///a", "http://127.0.0.1:0/a",
        "http://127.0.0.1:65536/a", "http://me@127.0.0.1/a", "http://127.0.0.1/a?b", "http://127.0.0.1/a#b"})
    void shouldRefuseWhatIsNoChannelUrl(final String text) {
        assertThatThrownBy(() -> channels.convert(text)).isInstanceOf(TypeConversionException.class)
            .hasMessage("expected http://HOST:PORT/CHANNEL (or https), got " + text);
    }

    @Test
    void shouldAskForTheNameOfTheChannel() {
        assertThatThrownBy(() -> channels.convert("http://127.0.0.1:1/")).isInstanceOf(TypeConversionException.class)
            .hasMessageContaining("expected the name of a channel");
        assertThatThrownBy(() -> channels.convert("http://127.0.0.1:1/a b"))
            .isInstanceOf(TypeConversionException.class).hasMessageContaining("http://127.0.0.1:1/a b");
    }

    @Test
    void shouldTakeAnEncryptedChannelUrlApart() {
        final ChannelUrl channel = channels.convert("https://example.org/ai/trickle/a7-out");

        assertThat(channel.base()).isEqualTo(URI.create("https://example.org/ai/trickle/"));
        assertThat(channel.name()).isEqualTo("a7-out");
    }

    @Test
    void shouldReadWhatStandsBeforeChannelNames() {
        final BaseUrl bases = new BaseUrl();

        assertThat(bases.convert("http://127.0.0.1:2939")).isEqualTo(URI.create("http://127.0.0.1:2939/"));
        assertThat(bases.convert("https://a/ai/trickle/")).isEqualTo(URI.create("https://a/ai/trickle/"));
        assertThatThrownBy(() -> bases.convert("file:///tmp")).isInstanceOf(TypeConversionException.class)
            .hasMessageContaining("expected http://HOST:PORT/");
    }

    @Test
    void shouldReadANumberOfBytes() {
        final ByteCount bytes = new ByteCount();

        assertThat(bytes.convert("0")).isZero();
        assertThat(bytes.convert("4096")).isEqualTo(4096);
        assertThat(bytes.convert("8k")).isEqualTo(8192);
        assertThat(bytes.convert("1M")).isEqualTo(1 << 20);
        assertThat(bytes.convert("8589934591g")).isEqualTo(8589934591L << 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1.5m", "1t", "1 k", "8589934592g", "9999999999999999"})
    void shouldRefuseOtherNumbersOfBytes(final String text) {
        assertThatThrownBy(() -> new ByteCount().convert(text)).isInstanceOf(TypeConversionException.class)
            .hasMessageEndingWith("got " + text);
    }

    @Test
    void shouldReadADuration() {
        final TimeSpan spans = new TimeSpan();

        assertThat(spans.convert("0")).isZero();
        assertThat(spans.convert("500ms")).isEqualTo(500_000_000L);
        assertThat(spans.convert("10")).isEqualTo(10_000_000_000L);
        assertThat(spans.convert("10s")).isEqualTo(10_000_000_000L);
        assertThat(spans.convert("5m")).isEqualTo(300_000_000_000L);
        assertThat(spans.convert("8760h")).isEqualTo(TimeSpan.MAX_NS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5s", "1d", "1 s", "8761h", "999999999999h"})
    void shouldRefuseOtherDurations(final String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text)).isInstanceOf(TypeConversionException.class)
            .hasMessageEndingWith("got " + text);
    }
}
