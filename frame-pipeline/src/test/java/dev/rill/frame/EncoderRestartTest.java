package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.codec.MediaException;
import dev.rill.trickle.EndReason;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An encoder that fails costs its frame and is replaced: three times within two minutes, then it costs the session. */
class EncoderRestartTest {
    private final AtomicLong nowNs = new AtomicLong(1_000_000_000L);
    private final AtomicInteger opened = new AtomicInteger();
    private int failuresLeft;
    private int refusalsLeft;

    private PipelineFixture launch(final PipelineFixture fixture) {
        return fixture.launch(fixture.context().clock(nowNs::get).encoders(context -> {
            if (opened.get() > 0 && refusalsLeft > 0) {
                refusalsLeft--;
                throw new MediaException("refused on purpose");
            }
            opened.incrementAndGet();
            return new WrappedEncoder(context) {
                @Override
                void before(final int frame) {
                    if (frame >= 3 && failuresLeft > 0) {
                        failuresLeft--;
                        throw new MediaException("on purpose");
                    }
                }
            };
        }));
    }

    @Test
    void shouldGoOnWithANewEncoderThreeTimes() {
        failuresLeft = 3;
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 40, 40);
            launch(fixture).input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(opened).hasValue(4);
            assertThat(fixture.pipeline.stats().dropped(DropReason.NOT_ENCODED)).isEqualTo(3);
            assertThat(fixture.output.videoPts()).as("all but the three that failed").hasSize(37)
                .doesNotContain(3 * 3000L, 7 * 3000L, 11 * 3000L);
        }
    }

    @Test
    void shouldTryAgainWhenTheNextEncoderCannotBeOpenedAtOnce() {
        failuresLeft = 1;
        refusalsLeft = 2;
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20);
            launch(fixture).input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(opened).hasValue(2);
            assertThat(fixture.pipeline.stats().dropped(DropReason.NOT_ENCODED)).isEqualTo(3);
            assertThat(fixture.output.videoPts()).hasSize(17).doesNotContain(3 * 3000L, 4 * 3000L, 5 * 3000L);
        }
    }

    @Test
    void shouldEndTheSessionWhenTheNextEncoderCannotBeOpenedAtAll() {
        failuresLeft = 1;
        refusalsLeft = Integer.MAX_VALUE;
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20);
            launch(fixture).input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.FAILED);
            assertThat(fixture.errors).filteredOn(StreamError::fatal).extracting(StreamError::message)
                .containsExactly("failed 4 times, at last: refused on purpose");
        }
    }

    @Test
    void shouldEndTheSessionAtTheFourthFailureWithinTwoMinutes() {
        failuresLeft = 4;
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 40, 40);
            launch(fixture).input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.FAILED);
            assertThat(fixture.errors).filteredOn(StreamError::fatal).extracting(StreamError::message)
                .containsExactly("failed 4 times, at last: on purpose");
        }
    }

    @Test
    void shouldForgetFailuresAfterTwoMinutesWithoutOne() {
        failuresLeft = 3;
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 0, 60, 20);
            launch(fixture).input.segment(media.segments.get(0));
            fixture.settle();
            assertThat(failuresLeft).isZero();
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(121));
            failuresLeft = 3;
            fixture.input.segments(List.of(media.segments.get(1), media.segments.get(2))).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(opened).hasValue(7);
            assertThat(fixture.pipeline.stats().dropped(DropReason.NOT_ENCODED)).isEqualTo(6);
        }
    }
}
