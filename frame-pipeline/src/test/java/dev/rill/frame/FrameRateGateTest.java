package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameRateGateTest {
    private static long passed(final int fps, final int frames, final LongUnaryOperator pts) {
        final FrameRateGate gate = new FrameRateGate(fps);
        return LongStream.range(0, frames).filter(frame -> gate.passes(pts.applyAsLong(frame))).count();
    }

    @ParameterizedTest
    @CsvSource({"30, 30, 300", "30, 15, 150", "30, 24, 240", "30, 1, 10", "60, 25, 250", "25, 30, 250", "30, 0, 300",
        "30, 29, 290"})
    void shouldLetExactlySoManyFramesOfTenSecondsPass(final int sourceFps, final int fps, final long expected) {
        assertThat(passed(fps, 10 * sourceFps, frame -> 90_000 * frame / sourceFps)).isEqualTo(expected);
    }

    @Test
    void shouldTolerateJitter() {
        final Random random = new Random(3);
        assertThat(passed(30, 3_000, frame -> 3_000 * frame + random.nextInt(600) - 300)).isBetween(2_990L, 3_000L);
    }

    @Test
    void shouldFollowJumpsOfTime() {
        assertThat(passed(15, 300, frame -> 3_000 * frame + (frame < 100 ? 0 : -60L * 90_000))).isBetween(150L, 151L);
        assertThat(passed(15, 300, frame -> 3_000 * frame + (frame < 100 ? 0 : 600L * 90_000))).isBetween(150L, 151L);
    }
}
