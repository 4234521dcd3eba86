package dev.rill.frame.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rill.frame.PipelineProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The life of a stream on a stepped clock: four readings a second, one evaluation. */
class StreamMonitorTest {
    private static final long STEP_MS = 250;

    private long nowMs = 1_000;
    private double in;
    private double out;
    private final StreamMonitor monitor = new StreamMonitor(nowNs());
    private final List<StreamState> states = new ArrayList<>();

    private long nowNs() {
        return TimeUnit.MILLISECONDS.toNanos(nowMs);
    }

    private void run(final double seconds, final double inputFps, final double outputFps) {
        for (double at = 0; at < seconds * 1000; at += STEP_MS) {
            nowMs += STEP_MS;
            in += inputFps * STEP_MS / 1000;
            out += outputFps * STEP_MS / 1000;
            monitor.sample(new PipelineProgress((long) in, (long) out, 0, 0, 0, 0), nowNs());
            if (nowMs % 1000 == 0) {
                states.add(monitor.evaluate(nowNs()));
            }
        }
    }

    @Test
    void shouldNeverDegradeAHealthyStreamInItsFirstSeconds() {
        run(3, 24, 0);
        assertThat(states).containsOnly(StreamState.LOADING);
        monitor.onReady(nowNs());
        states.clear();
        run(30, 24, 24);

        assertThat(states).hasSize(30).containsOnly(StreamState.ONLINE);
        assertThat(monitor.inputFps()).isCloseTo(24, within(1.0));
        assertThat(monitor.outputFps()).isCloseTo(24, within(1.0));
    }

    @Test
    void shouldDegradeWhileTheInputPausesAndRecover() {
        monitor.onReady(nowNs());
        run(15, 30, 30);
        states.clear();
        run(5, 0, 0);
        assertThat(states).endsWith(StreamState.DEGRADED_INPUT);
        assertThat(monitor.isInputLost(nowNs())).isFalse();
        run(15, 30, 30);
        assertThat(monitor.state()).isEqualTo(StreamState.ONLINE);
    }

    @Test
    void shouldAskForAStopAfterSixtySecondsWithoutInputAndFailAfterNinety() {
        monitor.onReady(nowNs());
        run(15, 30, 30);
        run(60, 0, 0);
        assertThat(monitor.isInputLost(nowNs())).isFalse();
        run(1, 0, 0);
        assertThat(monitor.isInputLost(nowNs())).isTrue();
        assertThat(monitor.state()).isEqualTo(StreamState.DEGRADED_INPUT);
        run(30, 0, 0);
        assertThat(monitor.state()).isEqualTo(StreamState.ERROR);
    }

    @Test
    void shouldFailForGoodWhenTheOutputStopsWhileInputFlows() {
        monitor.onReady(nowNs());
        run(15, 30, 30);
        states.clear();
        run(7, 30, 0);
        assertThat(states).contains(StreamState.DEGRADED_INFERENCE).endsWith(StreamState.ERROR);
        run(20, 30, 30);
        assertThat(monitor.state()).isEqualTo(StreamState.ERROR);
    }

    @Test
    void shouldWaitForTheFirstOutputAfterAChangeOfParameters() {
        monitor.onReady(nowNs());
        run(15, 30, 30);
        monitor.onParameters(nowNs());
        states.clear();
        run(3, 30, 0);
        assertThat(states).as("2 s of allowance, 2 s of patience").containsOnly(StreamState.ONLINE);
        run(6, 30, 0);
        assertThat(states).endsWith(StreamState.DEGRADED_INFERENCE);
        run(4, 30, 0);
        assertThat(monitor.state()).isEqualTo(StreamState.ERROR);
    }

    @Test
    void shouldRememberAnErrorForFifteenSeconds() {
        monitor.onReady(nowNs());
        run(15, 30, 30);
        monitor.onError(nowNs());
        states.clear();
        run(14, 30, 30);
        assertThat(states).containsOnly(StreamState.DEGRADED_INFERENCE);
        run(2, 30, 30);
        assertThat(monitor.state()).isEqualTo(StreamState.ONLINE);
    }

    @Test
    void shouldTakeAudioForALifeSign() {
        monitor.onReady(nowNs());
        for (int second = 1; second <= 120; second++) {
            nowMs += 1_000;
            monitor.sample(new PipelineProgress(0, 0, 50L * second, 50L * second, 0, 0), nowNs());
            states.add(monitor.evaluate(nowNs()));
        }

        assertThat(states).doesNotContain(StreamState.ERROR).endsWith(StreamState.DEGRADED_INPUT);
        assertThat(monitor.isInputLost(nowNs())).isFalse();
    }

    @Test
    void shouldBeOfflineOnceTheStreamHasEnded() {
        monitor.onReady(nowNs());
        run(5, 30, 30);
        monitor.onEnd();
        run(1, 0, 0);
        assertThat(monitor.state()).isEqualTo(StreamState.DEGRADED_INPUT);
        run(3, 0, 0);
        assertThat(monitor.state()).isEqualTo(StreamState.OFFLINE);
    }
}
