package dev.rill.frame.sink;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_close;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_parse2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;

import dev.rill.frame.codec.FFmpeg;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What a container wants to know of an H.264 stream in advance, taken from a keyframe.
 *
 * @param width         in pixels; 0 if the keyframe does not tell.
 * @param height        in pixels; 0 if the keyframe does not tell.
 * @param parameterSets sequence and picture parameter sets in Annex B form; empty if there are none.
 */
record H264Facts(int width, int height, byte[] parameterSets) {
    private static final int SEQUENCE_PARAMETERS = 7;
    private static final int PICTURE_PARAMETERS = 8;
    private static final int TYPE_MASK = 0x1F;
    private static final int START_CODE = 3;

    /** Looks into an access unit; behind its limit there must be the padding of a packet. */
    static H264Facts of(final ByteBuffer unit) {
        final byte[] sets = parameterSets(unit);
        final AVCodecParserContext parser = FFmpeg.check(av_parser_init(AV_CODEC_ID_H264), "H.264 parser");
        final AVCodecContext codec = FFmpeg.check(avcodec_alloc_context3((AVCodec) null), "H.264 parser");
        try (PointerPointer<BytePointer> out = new PointerPointer<>(1);
            IntPointer outLength = new IntPointer(1);
            BytePointer data = new BytePointer(unit)) {
            parser.flags(AVCodecParserContext.PARSER_FLAG_COMPLETE_FRAMES);
            av_parser_parse2(parser, codec, out, outLength, data, unit.remaining(), 0, 0, 0);
            return new H264Facts(parser.width(), parser.height(), sets);
        } finally {
            av_parser_close(parser);
            avcodec_free_context(codec);
        }
    }

    private static byte[] parameterSets(final ByteBuffer unit) {
        final ByteArrayOutputStream sets = new ByteArrayOutputStream();
        int nal = next(unit, 0);
        while (nal < unit.limit()) {
            final int following = next(unit, nal);
            final int type = unit.get(nal) & TYPE_MASK;
            if (type == SEQUENCE_PARAMETERS || type == PICTURE_PARAMETERS) {
                int end = following == unit.limit() ? following : following - START_CODE;
                while (end > nal && unit.get(end - 1) == 0) {
                    end--;
                }
                final byte[] set = new byte[end - nal];
                unit.get(nal, set);
                sets.writeBytes(new byte[] {0, 0, 0, 1});
                sets.writeBytes(set);
            }
            nal = following;
        }
        return sets.toByteArray();
    }

    /** Index of the first byte behind the next start code, or the limit. */
    private static int next(final ByteBuffer unit, final int from) {
        for (int i = from; i + START_CODE < unit.limit(); i++) {
            if (unit.get(i) == 0 && unit.get(i + 1) == 0 && unit.get(i + 2) == 1) {
                return i + START_CODE;
            }
        }
        return unit.limit();
    }
}
