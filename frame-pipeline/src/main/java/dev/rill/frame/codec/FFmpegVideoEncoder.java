package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_I;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import java.util.ArrayDeque;
import java.util.List;
import java.util.StringJoiner;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * H.264 encoding by libavcodec on the calling thread. The planes of a slot are lent to the codec, not copied; a slot
 * that a codec should keep beyond the call stays retained until the codec lets go.
 */
final class FFmpegVideoEncoder implements VideoEncoder {
    private static final int TICKS_PER_SECOND = 90_000;
    /** More than nine hours at 30 frames per second: keyframes come from this class, not from the codec. */
    private static final int NO_AUTOMATIC_KEYFRAME = 1 << 20;
    private static final List<String> PREFERENCE = List.of("libx264", "libopenh264");

    private record Loan(AVBufferRef ours, FrameSlot slot) { }

    private final EncoderContext context;
    private final FrameFormat format;
    private final String name;
    private final NativeAddress plane = new NativeAddress();
    private final ArrayDeque<Loan> loans = new ArrayDeque<>();
    private AVCodecContext codec;
    private AVFrame picture;
    private AVPacket unit;
    private long lastPts = Long.MIN_VALUE;
    private long lastKeyframePts = Long.MIN_VALUE;
    private boolean ended;

    private FFmpegVideoEncoder(final EncoderContext context, final String name) {
        this.context = context;
        this.name = name;
        format = context.format();
    }

    static FFmpegVideoEncoder open(final EncoderContext context) {
        FFmpeg.load();
        final List<String> names = context.encoderName().isEmpty() ? PREFERENCE : List.of(context.encoderName());
        final StringJoiner reasons = new StringJoiner("; ", " (", ")");
        for (final String candidate : names) {
            final AVCodec implementation = avcodec_find_encoder_by_name(candidate);
            if (implementation == null) {
                reasons.add(candidate + ": not in this FFmpeg build");
                continue;
            }
            final FFmpegVideoEncoder encoder = new FFmpegVideoEncoder(context, candidate);
            try {
                encoder.start(implementation);
                return encoder;
            } catch (final MediaException ex) {
                encoder.close();
                reasons.add(ex.getMessage());
            }
        }
        throw new MediaException("H.264 encoder for " + context.format() + ": none could be opened" + reasons);
    }

    private void start(final AVCodec implementation) {
        codec = FFmpeg.check(avcodec_alloc_context3(implementation), name);
        codec.width(format.width()).height(format.height());
        codec.pix_fmt(AV_PIX_FMT_YUV420P);
        codec.time_base().num(1).den(TICKS_PER_SECOND);
        codec.framerate().num(context.frameRateNumerator()).den(context.frameRateDenominator());
        codec.bit_rate(context.bitRate());
        codec.gop_size(NO_AUTOMATIC_KEYFRAME);
        codec.max_b_frames(0);
        codec.thread_count(1);
        describeColours();
        if ("libx264".equals(name)) {
            option("preset", "ultrafast");
            option("tune", "zerolatency");
            option("forced-idr", "1");
            option("x264-params", "scenecut=0:sliced-threads=0:repeat-headers=1:annexb=1");
        } else if ("libopenh264".equals(name)) {
            option("allow_skip_frames", "0");
        }
        if (!context.profile().isEmpty()) {
            final boolean constrained = "libopenh264".equals(name) && "baseline".equals(context.profile());
            option("profile", constrained ? "constrained_baseline" : context.profile());
        }
        FFmpeg.check(avcodec_open2(codec, implementation, (AVDictionary) null), name);
        picture = FFmpeg.check(av_frame_alloc(), name);
        unit = FFmpeg.check(av_packet_alloc(), name);
    }

    /** The format has matrix and range; primaries and transfer are those that belong to the matrix. */
    private void describeColours() {
        final boolean hd = format.colours().isBt709();
        codec.color_range(format.colours().isLimited() ? AVCOL_RANGE_MPEG : AVCOL_RANGE_JPEG);
        codec.colorspace(hd ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M);
        codec.color_primaries(hd ? AVCOL_PRI_BT709 : AVCOL_PRI_SMPTE170M);
        codec.color_trc(hd ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M);
    }

    private void option(final String key, final String value) {
        FFmpeg.check(av_opt_set(codec.priv_data(), key, value, 0), name + " option " + key + "=" + value);
    }

    @Override
    public void encode(
        final FrameSlot slot, final long pts, final long arrivalNs, final boolean forceKeyframe,
        final PacketHandler out) {
        checkInput(slot, pts);
        final boolean keyframe = forceKeyframe || lastKeyframePts == Long.MIN_VALUE
            || pts - lastKeyframePts >= context.keyframeIntervalTicks();
        lend(slot);
        picture.pts(pts);
        picture.pict_type(keyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE);
        final int sent = avcodec_send_frame(codec, picture);
        av_frame_unref(picture);
        FFmpeg.check(sent, "encoder " + name + " " + format + " pts=" + pts);
        lastPts = pts;
        if (keyframe) {
            lastKeyframePts = pts;
        }
        drain(arrivalNs, out);
        takeBack();
    }

    private void checkInput(final FrameSlot slot, final long pts) {
        if (ended) {
            throw new IllegalStateException("encoder " + name + ": already flushed");
        }
        if (!slot.format().equals(format)) {
            throw new IllegalArgumentException(
                "encoder " + name + ": expected a frame of " + format + ", actual " + slot.format());
        }
        if (pts <= lastPts && lastPts != Long.MIN_VALUE) {
            throw new IllegalArgumentException(
                "encoder " + name + ": expected pts greater than " + lastPts + ", actual " + pts);
        }
    }

    private void lend(final FrameSlot slot) {
        final long start = slot.planeAddress(0);
        final AVBufferRef ours = LentMemory.lend(plane.set(start), format.sizeBytes());
        loans.add(new Loan(ours, slot.retain()));
        picture.format(AV_PIX_FMT_YUV420P).width(format.width()).height(format.height());
        picture.color_range(codec.color_range());
        picture.colorspace(codec.colorspace()).color_primaries(codec.color_primaries()).color_trc(codec.color_trc());
        picture.buf(0, av_buffer_ref(ours));
        for (int i = 0; i < format.planeCount(); i++) {
            picture.data(i, plane.set(slot.planeAddress(i)));
            picture.linesize(i, format.planeStride(i));
        }
    }

    private void takeBack() {
        while (!loans.isEmpty() && LentMemory.isReturned(loans.peek().ours)) {
            final Loan loan = loans.poll();
            av_buffer_unref(loan.ours);
            loan.slot.release();
        }
    }

    private void drain(final long arrivalNs, final PacketHandler out) {
        while (true) {
            final int received = avcodec_receive_packet(codec, unit);
            if (received == FFmpeg.AGAIN || received == AVERROR_EOF) {
                return;
            }
            FFmpeg.check(received, "encoder " + name + " " + format);
            final Packet packet = context.packetPool().acquire();
            packet.append(unit.data().limit(unit.size()).asByteBuffer());
            final boolean keyframe = (unit.flags() & AV_PKT_FLAG_KEY) != 0;
            packet.describe(Packet.Kind.VIDEO, unit.pts(), unit.pts(), keyframe, arrivalNs);
            av_packet_unref(unit);
            out.onPacket(packet);
        }
    }

    @Override
    public void flush(final PacketHandler out) {
        if (!ended) {
            ended = true;
            FFmpeg.check(avcodec_send_frame(codec, null), "encoder " + name + " at the end");
            drain(0, out);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public FrameFormat format() {
        return format;
    }

    @Override
    public void close() {
        ended = true;
        FFmpeg.free(picture, unit, codec);
        picture = null;
        unit = null;
        codec = null;
        takeBack();
    }
}
