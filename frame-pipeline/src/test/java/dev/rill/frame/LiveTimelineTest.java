package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exactly how many frames a live stream loses where its time jumps, stands still, or its pictures change; live-session
 * specification, section 15.1 and items LS-19 and LS-27. The test moves the clock.
 */
class LiveTimelineTest {
    private static final long START = 900_000;
    private static final long SECOND = 90_000;
    private static final long STEP = TestMedia.STEP;
    private static final int GOP = 10;
    private static final int ROOM_FOR_ALL = 256;

    private final AtomicLong nowNs = new AtomicLong(1_000_000_000L);

    private PipelineFixture launch(final PipelineFixture fixture) {
        return fixture.launch(
            fixture.context().policy(DeliveryPolicy.LIVE).ringCapacity(ROOM_FOR_ALL).clock(nowNs::get));
    }

    private static long[] times(final long first, final int frames) {
        return LongStream.range(0, frames).map(frame -> first + STEP * frame).toArray();
    }

    private static long[] joined(final long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(Arrays::stream).toArray();
    }

    private void play(final PipelineFixture fixture, final long... times) {
        fixture.input.segments(TestMedia.timed(fixture.bridge, 128, 96, GOP, times).segments);
        fixture.drain(0);
        fixture.assertIdentity();
    }

    private static List<Long> boxed(final long... times) {
        return Arrays.stream(times).boxed().toList();
    }

    @ParameterizedTest(name = "{0} s")
    @ValueSource(longs = {-60, -2, 2, 9, 11, 3600, 40_000})
    void shouldLoseNothingWhenTimeJumpsByMoreThanASecond(final long seconds) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final long first = 50_000 * SECOND;
            final long[] before = times(first, 15);
            final long[] behind = times(first + 15 * STEP + seconds * SECOND, 15); // In the middle of a GOP.

            play(fixture, joined(before, behind));

            assertThat(fixture.published.stream().map(PipelineFixture.Published::pts))
                .containsExactlyElementsOf(boxed(joined(before, behind)));
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
            assertThat(fixture.published.get(15).keyframe()).as("begins a segment: %s", fixture.published.get(15))
                .isEqualTo(seconds < 0 || seconds >= 2);
        }
    }

    /** LS-27: the output goes on with the very first frame behind the jump, in a segment of its own. */
    @Test
    void shouldResumeAtOnceWhenTimeJumpsBackByAMinute() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final long[] before = times(100 * SECOND, 25);
            final long[] behind = times(40 * SECOND, 25);

            play(fixture, before);
            play(fixture, behind);

            assertThat(fixture.published.stream().map(PipelineFixture.Published::pts))
                .containsExactlyElementsOf(boxed(joined(before, behind)));
            assertThat(fixture.output.units().get(1).get(0).pts()).isEqualTo(behind[0]);
            assertThat(fixture.errors).isEmpty();
        }
    }

    /** A frame is lost for each time that has been output already; one tick more is a jump, which costs none. */
    @ParameterizedTest(name = "back by {0} ticks: {1} frames lost")
    @CsvSource({"0, 1", "1, 1", "2999, 1", "3000, 2", "45000, 16", "90000, 31", "90001, 0", "90002, 0"})
    void shouldLoseExactlyTheFramesThatTimeRepeats(final long backTicks, final int lost) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final long[] before = times(START, 40);
            final long[] behind = times(before[39] - backTicks, 40);

            play(fixture, joined(before, behind));

            assertThat(fixture.pipeline.stats().dropped(DropReason.TIME_WENT_BACK)).isEqualTo(lost);
            assertThat(fixture.pipeline.stats().droppedTotal()).isEqualTo(lost);
            assertThat(fixture.published).hasSize(80 - lost);
            assertThat(fixture.published.get(40).pts()).isEqualTo(behind[lost]);
        }
    }

    @Test
    void shouldLoseNothingWhenTheStreamPauses() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final long[] before = times(START, 20);
            final long[] behind = times(before[19] + 300 * SECOND, 20);

            play(fixture, before);
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(300));
            play(fixture, behind);

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(boxed(joined(before, behind)));
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    @Test
    void shouldLoseNothingWhenTheFrameRateChanges() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final long[] slow = LongStream.range(0, 15).map(frame -> START + 18_000 * frame).toArray();
            final long[] fast = LongStream.range(0, 60).map(frame -> slow[14] + 750 * (frame + 1)).toArray();
            final long[] usual = times(fast[59] + STEP, 15);

            play(fixture, joined(slow, fast, usual));

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(boxed(joined(slow, fast, usual)));
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
        }
    }

    @Test
    void shouldLoseNothingWhenTheResolutionChanges() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final int[][] sizes = {{128, 96}, {320, 240}, {96, 128}, {128, 96}};
            final List<Long> all = new ArrayList<>();
            for (int i = 0; i < sizes.length; i++) {
                final long[] times = times(START + i * 12 * STEP, 12);
                all.addAll(boxed(times));
                fixture.input.segments(
                    TestMedia.timed(fixture.bridge, sizes[i][0], sizes[i][1], 12, times).segments);
                fixture.drain(0);
            }

            assertThat(fixture.output.videoPts()).containsExactlyElementsOf(all);
            assertThat(fixture.output.segments()).as("a segment for each size").hasSize(sizes.length);
            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
            assertThat(fixture.errors).isEmpty();
        }
    }

    /** LS-19: output times are input times, and they increase strictly but for jumps back of more than a second. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void shouldPublishOnlyTimesOfTheInputInOrder(final long seed) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final Random random = new Random(seed);
            final long[] times = random.longs(120, START, START + 80_000).toArray();

            play(fixture, times);

            final List<Long> expected = new ArrayList<>();
            for (final long time : times) {
                if (expected.isEmpty() || time > expected.get(expected.size() - 1)) {
                    expected.add(time);
                }
            }
            assertThat(fixture.published.stream().map(PipelineFixture.Published::pts))
                .as("seed %d", seed).containsExactlyElementsOf(expected);
            assertThat(fixture.pipeline.stats().dropped(DropReason.TIME_WENT_BACK))
                .isEqualTo(120 - expected.size());
        }
    }

    @Test
    void shouldPublishOneFrameWhenAllTimesAreEqual() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            final long[] times = new long[30];
            Arrays.fill(times, START);

            play(fixture, times);
            play(fixture, times(START + STEP, 5));

            assertThat(fixture.published).as("the first, then those whose time advances").hasSize(6);
            assertThat(fixture.pipeline.stats().dropped(DropReason.TIME_WENT_BACK)).isEqualTo(29);
        }
    }

    /** Each time is taken for the nearest to the one before: 2^33 - 1 is one tick before 0. */
    @Test
    void shouldFollowTheExtremesOfTheClock() {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            play(fixture, joined(times(0, 5), times((1L << 33) - 20 * STEP, 20), times(0, 5), times(1L << 32, 5)));

            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(stats.framesOut() + stats.droppedTotal()).isEqualTo(35);
            assertThat(stats.dropped(DropReason.TIME_WENT_BACK)).as("20 back, then 5 again: %s", stats).isEqualTo(25);
            assertThat(stats.framesOut()).isEqualTo(10);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void shouldAccountForEveryFrameWhenTimesAreRandom(final long seed) {
        try (PipelineFixture fixture = launch(new PipelineFixture())) {
            play(fixture, new Random(seed).longs(60, 0, 1L << 33).toArray());
            play(fixture, times(START, 20));

            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(stats.framesOut() + stats.dropped(DropReason.TIME_WENT_BACK)).as("seed %d: %s", seed, stats)
                .isEqualTo(80);
            assertThat(fixture.published.get(fixture.published.size() - 1).pts() & (1L << 33) - 1)
                .isEqualTo(START + 19 * STEP);
        }
    }
}
