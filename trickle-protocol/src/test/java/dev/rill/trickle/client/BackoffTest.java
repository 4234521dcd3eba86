package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(100, 350, 2_000, () -> 0);

    @Test
    void shouldDoubleUpToLongestPause() {
        assertThat(backoff.nextDelayNs(0)).isEqualTo(100);
        assertThat(backoff.nextDelayNs(100)).isEqualTo(200);
        assertThat(backoff.nextDelayNs(300)).isEqualTo(350);
        assertThat(backoff.nextDelayNs(650)).isEqualTo(350);
    }

    @Test
    void shouldBeExhaustedWhenBudgetSinceFirstFailureIsUsedUp() {
        backoff.nextDelayNs(10_000);

        assertThat(backoff.nextDelayNs(11_999)).isPositive();
        assertThat(backoff.nextDelayNs(12_000)).isEqualTo(Backoff.EXHAUSTED);
    }

    @Test
    void shouldBeginAnewAfterSuccess() {
        backoff.nextDelayNs(0);
        backoff.nextDelayNs(1_000);
        backoff.reset();

        assertThat(backoff.nextDelayNs(50_000)).isEqualTo(100);
    }

    @Test
    void shouldGiveUpAtFirstFailureWithoutBudget() {
        assertThat(new Backoff(100, 350, 0, () -> 0).nextDelayNs(7)).isEqualTo(Backoff.EXHAUSTED);
    }

    @Test
    void shouldLengthenPauseByAtMostQuarter() {
        assertThat(new Backoff(100, 350, 1_000, () -> 1).nextDelayNs(0)).isEqualTo(125);
    }
}
