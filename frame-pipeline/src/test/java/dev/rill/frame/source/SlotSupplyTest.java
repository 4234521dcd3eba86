package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.gpu.FrameSlot;
import org.junit.jupiter.api.Test;

class SlotSupplyTest {
    @Test
    void shouldGoOnWhenASizeWasRefused() {
        try (SlotSupply supply = new SlotSupply()) {
            supply.acquire(64, 48, 2).release();
            assertThatThrownBy(() -> supply.acquire(0, 48, 0)).isInstanceOf(IllegalArgumentException.class);

            final FrameSlot slot = supply.acquire(64, 48, 2);

            assertThat(slot).isNotNull();
            slot.release();
        }
    }
}
