package dev.rill.frame.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.rill.frame.media.Skip;
import dev.rill.frame.media.TestSlots;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Decoding on a GPU as far as a machine without one can tell; {@link HardwareDecodeCheck} is for those with one. */
class HardwareDecodeTest {
    @BeforeAll
    static void load() {
        FFmpeg.load();
    }

    @Test
    void shouldNameTheReasonWhenAGpuIsRequiredAndThereIsNone() {
        Skip.unless(!HardwareDecodeCheck.hasGpu(), "this machine has a GPU");
        try (TestSlots slots = new TestSlots(2)) {
            assertThatThrownBy(() -> Codecs.h264Decoder(slots, HardwareUse.REQUIRED, 1 << 24))
                .isInstanceOf(MediaException.class)
                .hasMessageStartingWith("hardware decoder cuda: no device context: ");
        }
    }

    /** A device context may open and libavcodec still decode on the processor. */
    @Test
    void shouldRefuseAPictureOfTheProcessorWhenAGpuIsRequired() {
        final AVFrame picture = av_frame_alloc();
        picture.format(AV_PIX_FMT_YUV420P);
        try (HardwareContext required = new HardwareContext(HardwareUse.REQUIRED);
            HardwareContext automatic = new HardwareContext(HardwareUse.AUTO)) {
            assertThatThrownBy(() -> required.note(picture)).isInstanceOf(MediaException.class)
                .hasMessage("hardware decoder cuda: required, but the processor decoded the picture");
            automatic.note(picture);
            assertThat(automatic.isDecoding()).isFalse();
        } finally {
            av_frame_free(picture);
        }
    }

    @Test
    void shouldDecodeAllPicturesAlikeWhereAGpuMayDecode() {
        final HardwareDecodeCheck.Result result = HardwareDecodeCheck.run(HardwareUse.AUTO, 160, 128, 30);

        assertThat(result.frames()).isEqualTo(30);
        assertThat(result.differingFrames()).isZero();
    }
}
