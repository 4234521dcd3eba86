package dev.rill.jobs.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacingTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private long nowNs = 5 * SECOND_NS;

    @Test
    void shouldLetTheFirstUnitGoAtOnce() {
        final Pacing pacing = new Pacing(() -> nowNs);

        assertThat(pacing.isStarted()).isFalse();
        assertThat(pacing.awaitDue(123_456, () -> false)).isEqualTo(nowNs);
        assertThat(pacing.isStarted()).isTrue();
    }

    @Test
    void shouldHoldAUnitUntilItsTimeAfterTheFirst() {
        final Pacing pacing = new Pacing(() -> nowNs += SECOND_NS / 10); // Each look at the clock takes 100 ms.
        final long startNs = pacing.awaitDue(90_000, () -> false);

        final long dueNs = pacing.awaitDue(2 * 90_000, () -> false);

        assertThat(dueNs).isEqualTo(startNs + SECOND_NS);
        assertThat(nowNs).isGreaterThanOrEqualTo(dueNs);
    }

    @Test
    void shouldNotHoldAUnitThatIsLate() {
        final Pacing pacing = new Pacing(() -> nowNs);
        pacing.awaitDue(0, () -> false);
        nowNs += 10 * SECOND_NS;

        assertThat(pacing.awaitDue(90_000, () -> false)).isEqualTo(nowNs - 9 * SECOND_NS);
    }

    @Test
    void shouldBeginANewCountWhenTheClockOfTheSourceJumpsFarAhead() {
        final Pacing pacing = new Pacing(() -> nowNs);
        pacing.awaitDue(0, () -> false);

        assertThat(pacing.awaitDue(2 * 3_600 * 90_000L, () -> false)).isEqualTo(nowNs);
        assertThat(pacing.awaitDue(2 * 3_600 * 90_000L - 90_000, () -> false)).isEqualTo(nowNs - SECOND_NS);
    }

    @Test
    void shouldEndAWaitWhenAskedToStop() {
        final Pacing pacing = new Pacing(() -> nowNs); // A clock that stands still: only the request ends the wait.
        pacing.awaitDue(0, () -> false);

        assertThat(pacing.awaitDue(90_000, () -> true)).isEqualTo(nowNs + SECOND_NS);
    }
}
