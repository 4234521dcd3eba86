package dev.rill.frame.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdtsTest {
    @ParameterizedTest
    @CsvSource({"96000,1", "48000,2", "44100,2", "32000,6", "8000,1", "7350,7"})
    void shouldReadWhatItWrote(final int sampleRate, final int channels) {
        for (final int length : new int[] {0, 1, 371, 2048, Adts.MAX_PAYLOAD_LENGTH}) {
            final ByteBuffer frame = ByteBuffer.allocate(3 + Adts.HEADER_LENGTH + length);
            Adts.of(sampleRate, channels).writeHeader(length, frame.position(3));

            assertThat(Adts.isHeader(frame, 3)).isTrue();
            assertThat(Adts.frameLength(frame, 3)).isEqualTo(length + Adts.HEADER_LENGTH);
            assertThat(Adts.headerLength(frame, 3)).isEqualTo(Adts.HEADER_LENGTH);
            assertThat(Adts.parse(frame, 3).sampleRate()).isEqualTo(sampleRate);
            assertThat(Adts.parse(frame, 3).channels()).isEqualTo(channels);
        }
    }

    /** Low complexity, 48 kHz, stereo, 93 bytes of payload. */
    @Test
    void shouldWriteTheBytesOfTheStandard() {
        final ByteBuffer header = ByteBuffer.allocate(Adts.HEADER_LENGTH);

        Adts.of(48_000, 2).writeHeader(93, header);

        assertThat(header.array()).containsExactly(0xFF, 0xF1, 0x4C, 0x80, 0x0C, 0x9F, 0xFC);
        assertThat(Adts.of(48_000, 2).config()).containsExactly(0x11, 0x90);
    }

    @ParameterizedTest
    @CsvSource({"1190,48000,2", "1210,44100,2", "1388,22050,1", "2B11,48000,2", "EB11,48000,2"})
    void shouldUnderstandConfigurations(final String hex, final int sampleRate, final int channels) {
        final Adts framing = Adts.ofConfig(bytes(hex));

        assertThat(framing.sampleRate()).isEqualTo(
            hex.charAt(0) == '2' || hex.charAt(0) == 'E' ? 24_000 : sampleRate);
        assertThat(framing.channels()).isEqualTo(channels);
    }

    @ParameterizedTest
    @CsvSource({"''", "11", "1780", "1180", "F8F2", "1681"})
    void shouldRefuseConfigurationsThatHaveNoFraming(final String hex) {
        assertThat(Adts.ofConfig(bytes(hex))).isNull();
    }

    @Test
    void shouldSeeNoHeaderWhenThereIsNone() {
        final ByteBuffer frame = ByteBuffer.allocate(Adts.HEADER_LENGTH);
        Adts.of(48_000, 2).writeHeader(0, frame);

        assertThat(Adts.isHeader(frame.duplicate().limit(6), 0)).as("truncated").isFalse();
        assertThat(Adts.isHeader(frame.duplicate(), 1)).as("behind the start").isFalse();
        for (int bit = 0; bit < 12; bit++) {
            final ByteBuffer broken = ByteBuffer.wrap(frame.array().clone());
            broken.put(bit / 8, (byte) (broken.get(bit / 8) ^ 0x80 >> bit % 8));
            assertThat(Adts.isHeader(broken, 0)).as("sync bit %d", bit).isFalse();
        }
    }

    @Test
    void shouldRefuseWhatAdtsCannotExpress() {
        assertThatThrownBy(() -> Adts.of(47_999, 2)).hasMessageContaining("actual 47999");
        assertThatThrownBy(() -> Adts.of(48_000, 2)
            .writeHeader(Adts.MAX_PAYLOAD_LENGTH + 1, ByteBuffer.allocate(16))).hasMessageContaining("8185");
    }

    private static ByteBuffer bytes(final String hex) {
        final ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2);
        for (int i = 0; i < hex.length(); i += 2) {
            bytes.put((byte) Integer.parseInt(hex.substring(i, i + 2), 16));
        }
        return bytes.flip();
    }
}
