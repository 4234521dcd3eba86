package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameFormatTest {
    @Test
    void shouldLayOutI420() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 854, 480);

        assertThat(format.planeCount()).isEqualTo(3);
        assertThat(format.planeStride(0)).isEqualTo(896);
        assertThat(format.planeStride(1)).isEqualTo(448);
        assertThat(format.planeStride(2)).isEqualTo(448);
        assertThat(format.planeOffset(1)).isEqualTo(896 * 482);
        assertThat(format.planeOffset(2)).isEqualTo(896 * 482 + 448 * 241);
        assertThat(format.planeWidth(0)).isEqualTo(854);
        assertThat(format.planeWidth(2)).isEqualTo(427);
        assertThat(format.planeRows(2)).isEqualTo(240);
        assertThat(format).hasToString("I420 854x480");
    }

    @Test
    void shouldLayOutNv12() {
        final FrameFormat format = FrameFormat.of(PixelFormat.NV12, 1280, 720);

        assertThat(format.planeCount()).isEqualTo(2);
        assertThat(format.planeStride(1)).isEqualTo(1280);
        assertThat(format.planeWidth(1)).isEqualTo(1280);
        assertThat(format.planeRows(1)).isEqualTo(360);
        assertThat(format.planeOffset(1)).isEqualTo(1280 * 738);
        assertThatThrownBy(() -> format.planeOffset(2)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("NV12 1280x720: plane 2, expected 0 to 1");
    }

    @Test
    void shouldAlignPlanesAndRowsAndLeaveTailPaddingForEverySmallSize() {
        for (final PixelFormat pixelFormat : PixelFormat.values()) {
            for (int width = 2; width <= 300; width += 2) {
                for (int height = 2; height <= 40; height += 2) {
                    checkLayout(FrameFormat.of(pixelFormat, width, height));
                }
            }
        }
        checkLayout(FrameFormat.of(PixelFormat.I420, FrameFormat.MAX_DIMENSION, FrameFormat.MAX_DIMENSION));
    }

    @ParameterizedTest
    @CsvSource({"0,2", "2,0", "3,2", "2,3", "-2,2", "16386,2", "2,16386", "1,1"})
    void shouldRefuseUnfitDimensionsNamingBoth(final int width, final int height) {
        assertThatThrownBy(() -> FrameFormat.of(PixelFormat.NV12, width, height))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("width=" + width).hasMessageContaining("height=" + height);
    }

    @Test
    void shouldCompareByValue() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 64, 32);

        assertThat(format).isEqualTo(FrameFormat.of(PixelFormat.I420, 64, 32))
            .hasSameHashCodeAs(FrameFormat.of(PixelFormat.I420, 64, 32))
            .isNotEqualTo(FrameFormat.of(PixelFormat.NV12, 64, 32))
            .isNotEqualTo(FrameFormat.of(PixelFormat.I420, 32, 64));
    }

    private static void checkLayout(final FrameFormat format) {
        int end = 0;
        for (int plane = 0; plane < format.planeCount(); plane++) {
            assertThat(format.planeOffset(plane)).as("%s plane %d", format, plane).isEqualTo(end);
            assertThat(format.planeOffset(plane) % 64).isZero();
            assertThat(format.planeStride(plane) % 64).isZero();
            assertThat(format.planeStride(plane)).isGreaterThanOrEqualTo(format.planeWidth(plane));
            assertThat(format.planeAllocatedRows(plane)).isGreaterThanOrEqualTo(format.planeRows(plane));
            end += format.planeStride(plane) * format.planeAllocatedRows(plane);
        }
        assertThat(format.sizeBytes()).isGreaterThanOrEqualTo(end + 64);
        assertThat(format.sizeBytes() % 4096).isZero();
    }

    @Test
    void shouldSayWhatIsUsualForItsHeightUnlessToldOtherwise() {
        final FrameFormat small = FrameFormat.of(PixelFormat.I420, 512, 512);
        final FrameFormat other = small.colours(Colours.BT709_FULL);

        assertThat(small.colours()).isEqualTo(Colours.BT601_LIMITED);
        assertThat(FrameFormat.of(PixelFormat.NV12, 512, 718).colours()).isEqualTo(Colours.BT601_LIMITED);
        assertThat(FrameFormat.of(PixelFormat.NV12, 512, 720).colours()).isEqualTo(Colours.BT709_LIMITED);
        assertThat(small).hasToString("I420 512x512").isNotEqualTo(other);
        assertThat(other).hasToString("I420 512x512 BT709_FULL").isEqualTo(other.colours(Colours.BT709_FULL));
        assertThat(other.colours(Colours.BT601_LIMITED)).isEqualTo(small).hasSameHashCodeAs(small);
        assertThatThrownBy(() -> small.colours(null)).hasMessageContaining("I420 512x512: colours are null");
        for (final Colours colours : Colours.values()) {
            assertThat(Colours.of(colours.isBt709(), !colours.isLimited())).isEqualTo(colours);
        }
    }
}
