package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodedSourceTest {
    @ParameterizedTest
    @CsvSource({"1920, 1080, 24", "3840, 2160, 24", "7680, 4320, 10", "8192, 8192, 5", "16384, 16384, 4", "0, 0, 24"})
    void shouldHoldFewerPicturesOfLargeFilms(final long width, final long height, final int slots) {
        assertThat(DecodedSource.slotsFor(width * height)).isEqualTo(slots);
    }
}
