package dev.rill.frame;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import dev.rill.frame.codec.FFmpeg;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** What libavformat and libavcodec hold back with their defaults: for each frame out, how many units they have read. */
final class LibavformatHold {
    private static final int BUFFER = 188;

    private final List<byte[]> steps;
    private final Source source = new Source();
    private int step;
    private int offset;

    private LibavformatHold(final List<byte[]> steps) {
        this.steps = steps;
    }

    /** Units read when frame 0, 1, 2, ... came out. */
    static List<Integer> unitsReadAtEachFrame(final List<byte[]> steps) {
        FFmpeg.load();
        return new LibavformatHold(steps).run();
    }

    private List<Integer> run() {
        final AVIOContext io = avio_alloc_context(new BytePointer(av_malloc(BUFFER)), BUFFER, 0, null, source,
            (Write_packet_Pointer_BytePointer_int) null, (Seek_Pointer_long_int) null);
        final AVFormatContext format = avformat_alloc_context();
        format.pb(io);
        FFmpeg.check(avformat_open_input(format, (String) null, (AVInputFormat) null, (AVDictionary) null), "open");
        FFmpeg.check(avformat_find_stream_info(format, (AVDictionary) null), "probe");
        final AVCodec implementation = avcodec_find_decoder(format.streams(0).codecpar().codec_id());
        final AVCodecContext decoder = avcodec_alloc_context3(implementation);
        avcodec_parameters_to_context(decoder, format.streams(0).codecpar());
        FFmpeg.check(avcodec_open2(decoder, implementation, (AVDictionary) null), "decoder");
        final List<Integer> result = decode(format, decoder);
        avcodec_free_context(decoder);
        avformat_close_input(format);
        av_free(io.buffer());
        avio_context_free(io);
        return result;
    }

    private List<Integer> decode(final AVFormatContext format, final AVCodecContext decoder) {
        final List<Integer> result = new ArrayList<>();
        final AVPacket packet = av_packet_alloc();
        final AVFrame frame = av_frame_alloc();
        while (av_read_frame(format, packet) >= 0) {
            avcodec_send_packet(decoder, packet);
            av_packet_unref(packet);
            while (avcodec_receive_frame(decoder, frame) >= 0) {
                result.add(unitsRead());
            }
        }
        av_packet_free(packet);
        av_frame_free(frame);
        return result;
    }

    private int unitsRead() {
        return offset == 0 ? step : step + 1;
    }

    private final class Source extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(final Pointer opaque, final BytePointer target, final int room) {
            if (step == steps.size()) {
                return AVERROR_EOF;
            }
            final byte[] bytes = steps.get(step);
            final int length = Math.min(room, bytes.length - offset);
            target.put(bytes, offset, length);
            offset += length;
            if (offset == bytes.length) {
                offset = 0;
                step++;
            }
            return length;
        }
    }
}
