package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameNumberTest {
    private static final long[] NUMBERS = {0, 1, 2, 0x5555_5555L, 0xAAAA_AAAAL, 123_456, 0xFFFF_FFFFL};

    @ParameterizedTest
    @CsvSource({"64,64", "66,98", "128,96", "160,120", "318,240", "320,240", "322,242", "640,360", "854,480",
        "1280,720", "1920,1080"})
    void shouldReadWhatWasDrawnWhenShadesAreKeptInvertedOrFlattened(final int width, final int height) {
        final int stride = width + 64;
        for (final long number : NUMBERS) {
            final ByteBuffer luma = noise(stride, height, number);
            FrameNumber.draw(luma, stride, width, height, number);
            assertThat(FrameNumber.read(luma, stride, width, height)).isEqualTo(number);

            map(luma, 251, -1, 1);
            assertThat(FrameNumber.read(luma, stride, width, height)).as("inverted").isEqualTo(number);

            map(luma, 60, 1, 3);
            assertThat(FrameNumber.read(luma, stride, width, height)).as("less contrast").isEqualTo(number);
        }
    }

    @Test
    void shouldFindNothingWhenNothingWasDrawn() {
        final ByteBuffer flat = ByteBuffer.allocate(320 * 240);
        assertThat(FrameNumber.read(flat, 320, 320, 240)).isEqualTo(FrameNumber.NONE);
        assertThat(FrameNumber.read(noise(320, 240, 5), 320, 320, 240)).as("seed 5").isEqualTo(FrameNumber.NONE);
    }

    @Test
    void shouldFindNothingWhenOneBitIsWrong() {
        for (int block = 0; block < 40; block++) {
            final ByteBuffer luma = ByteBuffer.allocate(320 * 240);
            FrameNumber.draw(luma, 320, 320, 240, 0xCAFE_F00DL);
            for (int y = 0; y < 8; y++) {
                for (int x = block * 8; x < block * 8 + 8; x++) {
                    luma.put(y * 320 + x, (byte) (251 - (luma.get(y * 320 + x) & 0xFF)));
                }
            }

            assertThat(FrameNumber.read(luma, 320, 320, 240)).as("block %d", block).isEqualTo(FrameNumber.NONE);
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        final ByteBuffer luma = ByteBuffer.allocate(64 * 64);
        assertThatThrownBy(() -> FrameNumber.draw(luma, 62, 62, 64, 0)).hasMessageContaining("actual 62x64");
        assertThatThrownBy(() -> FrameNumber.read(luma, 64, 64, 62)).hasMessageContaining("actual 64x62");
        assertThatThrownBy(() -> FrameNumber.draw(luma, 64, 64, 64, 1L << 32)).hasMessageContaining("4294967296");
        assertThatThrownBy(() -> FrameNumber.draw(luma, 64, 64, 64, -1)).hasMessageContaining("actual -1");
    }

    private static ByteBuffer noise(final int stride, final int height, final long seed) {
        final byte[] bytes = new byte[stride * height];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private static void map(final ByteBuffer luma, final int base, final int sign, final int divisor) {
        for (int i = 0; i < luma.limit(); i++) {
            luma.put(i, (byte) (base + sign * (luma.get(i) & 0xFF) / divisor));
        }
    }
}
