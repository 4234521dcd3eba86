package dev.rill.frame.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.media.Skip;
import dev.rill.frame.media.TestSlots;
import org.junit.jupiter.api.Test;

/** Decoding on a GPU as far as a machine without one can tell; {@link HardwareDecodeCheck} is for those with one. */
class HardwareDecodeTest {
    @Test
    void shouldNameTheReasonWhenAGpuIsRequiredAndThereIsNone() {
        Skip.unless(!HardwareDecodeCheck.hasGpu(), "this machine has a GPU");
        try (TestSlots slots = new TestSlots(2)) {
            assertThatThrownBy(() -> Codecs.h264Decoder(slots, HardwareUse.REQUIRED)).isInstanceOf(MediaException.class)
                .hasMessageStartingWith("hardware decoder cuda: no device context: ");
        }
    }

    @Test
    void shouldDecodeAllPicturesAlikeWhereAGpuMayDecode() {
        final HardwareDecodeCheck.Result result = HardwareDecodeCheck.run(HardwareUse.AUTO, 160, 128, 30);

        assertThat(result.frames()).isEqualTo(30);
        assertThat(result.differingFrames()).isZero();
    }
}
