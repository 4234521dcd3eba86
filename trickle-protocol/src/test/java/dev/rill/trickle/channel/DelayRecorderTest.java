package dev.rill.trickle.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.ChannelStats;
import org.junit.jupiter.api.Test;

class DelayRecorderTest {
    @Test
    void shouldKeepEveryValueWithinAnEighth() {
        for (long value = 0; value < 1L << 42; value += 1 + value / 7) {
            final int bucket = DelayRecorder.bucket(value);
            final long highest = DelayRecorder.highest(bucket);

            assertThat(highest).as("bucket of " + value).isBetween(value, value + value / 8 + 1);
            assertThat(DelayRecorder.bucket(highest)).isEqualTo(bucket);
            assertThat(DelayRecorder.bucket(highest + 1)).isEqualTo(bucket + 1);
        }
        assertThat(DelayRecorder.bucket(Long.MAX_VALUE)).isEqualTo(319);
    }

    @Test
    void shouldTellPercentilesThatAreNoneTooLow() {
        final DelayRecorder recorder = new DelayRecorder();
        assertThat(recorder.snapshot()).isEqualTo(new ChannelStats.Delays(0, 0, 0, 0, 0));

        for (int i = 1; i <= 1_000; i++) {
            recorder.record(i * 1_000L);
        }
        recorder.record(-5);

        final ChannelStats.Delays delays = recorder.snapshot();
        assertThat(delays.count()).isEqualTo(1_001);
        assertThat(delays.p50Ns()).isBetween(500_000L, 563_000L);
        assertThat(delays.p90Ns()).isBetween(900_000L, 1_000_000L);
        assertThat(delays.p99Ns()).isBetween(990_000L, 1_000_000L);
        assertThat(delays.maxNs()).isEqualTo(1_000_000);
    }

    @Test
    void shouldTakeTheLargestValues() {
        final DelayRecorder recorder = new DelayRecorder();

        recorder.record(Long.MAX_VALUE);

        assertThat(recorder.snapshot().p50Ns()).isEqualTo(Long.MAX_VALUE);
    }
}
