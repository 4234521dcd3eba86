package dev.rill.frame.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.rill.gpu.Colours;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/** What an H.264 keyframe declares about its colours, as libavcodec reads it. */
public final class DeclaredColours {
    private DeclaredColours() {
    }

    public static Colours of(final ByteBuffer keyframe) {
        final AVCodecContext codec = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264));
        final AVFrame frame = av_frame_alloc();
        final AVPacket unit = av_packet_alloc();
        final byte[] padded = new byte[keyframe.remaining() + 64];
        keyframe.duplicate().get(padded, 0, keyframe.remaining());
        try (BytePointer data = new BytePointer(padded)) {
            avcodec_open2(codec, avcodec_find_decoder(AV_CODEC_ID_H264), (AVDictionary) null);
            unit.data(data).size(keyframe.remaining());
            assertThat(avcodec_send_packet(codec, unit)).isZero();
            avcodec_send_packet(codec, null);
            assertThat(avcodec_receive_frame(codec, frame)).isZero();
            assertThat(frame.colorspace()).as("matrix").isIn(AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M);
            assertThat(frame.color_range()).as("range").isIn(AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG);
            return Colours.of(frame.colorspace() == AVCOL_SPC_BT709, frame.color_range() == AVCOL_RANGE_JPEG);
        } finally {
            av_frame_free(frame);
            av_packet_free(unit);
            avcodec_free_context(codec);
        }
    }
}
