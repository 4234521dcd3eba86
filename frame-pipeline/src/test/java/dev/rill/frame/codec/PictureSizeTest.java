package dev.rill.frame.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_RAWVIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_free;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;

import dev.rill.frame.media.TestSlots;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureSizeTest {
    @ParameterizedTest
    @CsvSource({"1,1,-2", "1,48,-2", "48,1,-2", "16386,2,-2", "2,16386,-2", "2,2,0", "3,3,0", "16385,2,0"})
    void shouldDropAndCountPicturesThatFitNoSlot(final int width, final int height, final int outcome) {
        FFmpeg.load();
        final AVCodecParameters parameters = avcodec_parameters_alloc();
        parameters.codec_type(AVMEDIA_TYPE_VIDEO).codec_id(AV_CODEC_ID_RAWVIDEO);
        parameters.format(AV_PIX_FMT_YUV420P).width(width).height(height);
        final int[] pictures = new int[1];
        try (TestSlots slots = new TestSlots(2);
            FFmpegVideoDecoder decoder =
                FFmpegVideoDecoder.intake(parameters, slots, null, Integer.MAX_VALUE)) {
            for (int i = 0; i < 3; i++) {
                final AVPacket packet = av_packet_alloc();
                av_new_packet(packet, width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2));
                packet.pts(i).dts(i);
                assertThat(decoder.decode(packet, 0, (slot, pts, arrivalNs, keyframe) -> {
                    pictures[0]++;
                    slot.release();
                })).isEqualTo(outcome);
                av_packet_free(packet);
            }
            assertThat(decoder.damagedPackets()).isEqualTo(outcome == VideoDecoder.DAMAGED ? 3 : 0);
        }
        avcodec_parameters_free(parameters);
        assertThat(pictures[0]).isEqualTo(outcome == VideoDecoder.DAMAGED ? 0 : 3);
    }
}
