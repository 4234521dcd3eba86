package dev.rill.frame.codec;

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
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.TestSlots;
import dev.rill.gpu.FrameSlot;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the encoder writes about colours, as another decoder reads it. */
class StreamColoursTest {
    @ParameterizedTest
    @CsvSource({"320,240,BY_SIZE,6", "1280,720,BY_SIZE,1", "1280,720,BT601,6", "320,240,BT709,1"})
    void shouldDeclareMatrixAndLimitedRange(
        final int width, final int height, final ColourMatrix matrix, final int expected) {
        final PacketPool packets = new PacketPool();
        try (TestSlots slots = new TestSlots(1);
            VideoEncoder encoder = Codecs.h264Encoder(new EncoderContext()
                .format(slots.pool(width, height).format()).colourMatrix(matrix).packetPool(packets))) {
            final FrameSlot slot = slots.acquire(width, height);
            encoder.encode(slot, 0, 0, true, packet -> assertColours(packet, expected));
            slot.release();
        }
        assertThat(packets.outstanding()).isZero();
    }

    private static void assertColours(final Packet packet, final int expected) {
        final AVCodecContext codec = avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_H264));
        final AVFrame frame = av_frame_alloc();
        final AVPacket unit = av_packet_alloc();
        avcodec_open2(codec, avcodec_find_decoder(AV_CODEC_ID_H264), (AVDictionary) null);
        unit.data(new BytePointer(packet.data())).size(packet.length());
        assertThat(avcodec_send_packet(codec, unit)).isZero();
        avcodec_send_packet(codec, null);
        assertThat(avcodec_receive_frame(codec, frame)).isZero();

        assertThat(frame.colorspace()).as("matrix").isEqualTo(expected);
        assertThat(frame.color_range()).as("range").isEqualTo(AVCOL_RANGE_MPEG);
        av_frame_free(frame);
        av_packet_free(unit);
        avcodec_free_context(codec);
        packet.release();
    }
}
