package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestartBudgetTest {
    @Test
    void shouldGiveAsManyAsThereAreWithinTheWindowAndMoreWhenTheyAreOld() {
        final RestartBudget budget = new RestartBudget(2, 100);

        assertThat(budget.take(Long.MAX_VALUE - 10)).isTrue();
        assertThat(budget.take(Long.MAX_VALUE)).isTrue();
        assertThat(budget.take(Long.MIN_VALUE + 88)).as("99 ns after the first, across the end of the clock").isFalse();
        assertThat(budget.take(Long.MIN_VALUE + 89)).as("100 ns after the first").isTrue();
        assertThat(budget.take(Long.MIN_VALUE + 98)).isFalse();
        assertThat(budget.take(Long.MIN_VALUE + 99)).isTrue();
    }

    @Test
    void shouldGiveNoneIfThereAreNone() {
        assertThat(new RestartBudget(0, 100).take(0)).isFalse();
    }
}
