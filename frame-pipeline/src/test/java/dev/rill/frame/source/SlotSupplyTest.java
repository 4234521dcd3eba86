package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import org.junit.jupiter.api.Test;

class SlotSupplyTest {
    @Test
    void shouldFollowTheFormat() {
        final FrameFormat small = FrameFormat.of(PixelFormat.I420, 64, 48);
        try (SlotSupply supply = new SlotSupply()) {
            for (final FrameFormat format : new FrameFormat[] {
                small, FrameFormat.of(PixelFormat.I420, 48, 64), small.colours(Colours.BT709_FULL), small}) {
                final FrameSlot slot = supply.acquire(format, 2);

                assertThat(slot.format()).isEqualTo(format);
                assertThat(supply.outstanding()).isEqualTo(1);
                slot.release();
            }
        }
    }
}
