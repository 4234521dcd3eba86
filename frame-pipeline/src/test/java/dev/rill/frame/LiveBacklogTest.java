package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.PipelineFixture.Published;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.ModelParameters;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that is slower than its input, for a moment or for good, on a clock that the test moves by milliseconds. */
class LiveBacklogTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final AtomicLong nowNs = new AtomicLong(1_000 * MS);
    private final SerialPort port = new SerialPort();
    private int fed;
    private long mostInside;

    /** A device that takes a time for each frame, one after the other. */
    private final class SerialPort extends SteppedPort {
        private final ArrayDeque<Long> ends = new ArrayDeque<>();
        private long freeNs;

        @Override
        public long submit(final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
            freeNs = Math.max(freeNs, nowNs.get()) + frameNs;
            ends.add(freeNs);
            return super.submit(in, out, parameters);
        }

        @Override
        public int poll(final CompletionHandler handler, final int limit) {
            while (!ends.isEmpty() && ends.peek() <= nowNs.get()) {
                ends.poll();
                allowance++;
            }
            return super.poll(handler, limit);
        }
    }

    private PipelineFixture live() {
        final PipelineFixture fixture = new PipelineFixture();
        port.clock = nowNs::get;
        return fixture.launch(fixture.context().policy(DeliveryPolicy.LIVE).clock(nowNs::get)
            .inference(port.opener()));
    }

    /** Plays so many frames, one each {@code intervalMs}, then lets the rest come out. */
    private void play(final PipelineFixture fixture, final UnitFeed feed, final int frames, final int intervalMs) {
        for (int frame = 0; frame < frames; frame++) {
            fixture.input.part(feed.steps.get(fed++));
            pass(fixture, intervalMs);
        }
    }

    private void pass(final PipelineFixture fixture, final int ms) {
        for (int i = 0; i < ms; i++) {
            while (fixture.pipeline.invoke() > 0) {
                mostInside = Math.max(mostInside, fixture.pipeline.stats().inFlight());
            }
            nowNs.addAndGet(MS);
        }
    }

    private static List<Long> latenciesMs(final List<Published> frames) {
        return frames.stream().map(frame -> (frame.stamps().get(8) - frame.stamps().get(0)) / MS).toList();
    }

    /** LS-24. */
    @ParameterizedTest
    @CsvSource({"33, 50", "33, 40", "33, 34", "16, 50", "33, 200", "4, 20"})
    void shouldDeliverFreshFramesFromAModelThatIsSlowerThanItsInput(final int intervalMs, final int inferenceMs) {
        try (PipelineFixture fixture = live()) {
            port.frameNs = inferenceMs * MS;
            final int frames = 4_000 / intervalMs;
            final UnitFeed feed = UnitFeed.small(frames);

            play(fixture, feed, frames, intervalMs);
            pass(fixture, 2_000);

            final long settledNs = 3_500 * MS; // 2.5 s after the first frame.
            final List<Published> settled =
                fixture.published.stream().filter(frame -> frame.stamps().get(0) > settledNs).toList();
            assertThat(settled).hasSizeGreaterThanOrEqualTo(1_300 / Math.max(inferenceMs, intervalMs));
            assertThat(latenciesMs(settled)).as("ms from arrival to publication, with a model of %d ms", inferenceMs)
                .allMatch(latency -> latency <= 2L * intervalMs + inferenceMs + 1);
            final PipelineStats stats = fixture.pipeline.stats();
            assertThat(stats.droppedTotal()).isEqualTo(frames - fixture.published.size());
            assertThat(stats.dropped(DropReason.OVERRUN) + stats.dropped(DropReason.TOO_OLD))
                .isEqualTo(stats.droppedTotal());
            assertThat(mostInside).as("frames inside").isLessThanOrEqualTo(16 + 3 + 2);
            assertThat(fixture.output.videoPts()).isSorted();
        }
    }

    @Test
    void shouldLoseNothingOfABurstThatItCatchesUpWith() {
        try (PipelineFixture fixture = live()) {
            port.frameNs = 25 * MS;
            final UnitFeed feed = UnitFeed.small(60);

            play(fixture, feed, 20, 33);
            play(fixture, feed, 8, 0); // Held up for a moment, all at once then.
            play(fixture, feed, 32, 33);
            pass(fixture, 500);

            assertThat(fixture.pipeline.stats().droppedTotal()).isZero();
            assertThat(fixture.published).hasSize(60);
        }
    }

    @Test
    void shouldTakeEveryFrameAgainOnceTheModelIsFastEnough() {
        try (PipelineFixture fixture = live()) {
            port.frameNs = 60 * MS;
            final UnitFeed feed = UnitFeed.small(120);
            play(fixture, feed, 60, 33);
            port.frameNs = 20 * MS;
            play(fixture, feed, 4, 33);
            final long droppedBefore = fixture.pipeline.stats().droppedTotal();

            play(fixture, feed, 56, 33);
            pass(fixture, 500);

            assertThat(droppedBefore).isPositive();
            assertThat(fixture.pipeline.stats().droppedTotal()).isEqualTo(droppedBefore);
        }
    }
}
