package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_ALPHA;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.codec.FFmpeg;
import dev.rill.frame.codec.FFmpegVideoDecoder;
import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.codec.SlotSource;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.ts.TsStream;
import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameSlot;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/**
 * Video that is decoded into slots. A unit that finds none waits, and with it the source, until {@link #resume} finds
 * one: nothing is dropped. Times that are missing are filled in; one that does not advance is set one tick behind the
 * one before, and counted.
 */
final class DecodedVideoTrack extends Track implements FrameHandler {
    private final FFmpegVideoDecoder decoder;
    private final long frameTicks;
    private final boolean losesAlpha;
    private FrameHandler target;
    private AVPacket waiting;
    private long waitingNs;
    private boolean flushing;
    private boolean started;
    private long lastPts;
    private long repairs;

    DecodedVideoTrack(
        final int pid, final AVCodecParameters parameters, final long frameTicks, final SlotSource slots,
        final Colours colours, final long maxPixels) {
        super(TsStream.h264(pid), avcodec_get_name(parameters.codec_id()).getString() + " " + parameters.width() + "x"
            + parameters.height() + (hasAlpha(parameters) ? " decoded without its alpha" : " decoded"));
        this.frameTicks = frameTicks;
        losesAlpha = hasAlpha(parameters);
        decoder = FFmpegVideoDecoder.intake(parameters, slots, colours, maxPixels);
    }

    private static boolean hasAlpha(final AVCodecParameters parameters) {
        final AVPixFmtDescriptor format = av_pix_fmt_desc_get(parameters.format());
        return format != null && (format.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0;
    }

    /** Sets who gets the pictures of what is accepted or resumed next. */
    void target(final FrameHandler newTarget) {
        target = newTarget;
    }

    FFmpegVideoDecoder decoder() {
        return decoder;
    }

    @Override
    void accept(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
        if (decoder.decode(unit, arrivalNs, this) == VideoDecoder.BACK_PRESSURED) {
            waiting = FFmpeg.check(av_packet_clone(unit), "packet");
            waitingNs = arrivalNs;
        }
    }

    @Override
    boolean resume() {
        if (waiting != null && decoder.decode(waiting, waitingNs, this) != VideoDecoder.BACK_PRESSURED) {
            av_packet_free(waiting);
            waiting = null;
        }
        if (waiting == null && flushing) {
            flushing = decoder.flush(this) == VideoDecoder.BACK_PRESSURED;
        }
        return waiting == null && !flushing;
    }

    @Override
    void finish(final long arrivalNs, final PacketHandler out) {
        flushing = true;
        resume();
    }

    @Override
    public void onFrame(final FrameSlot slot, final long statedPts, final long arrivalNs, final boolean keyframe) {
        final long guess = started ? lastPts + frameTicks : 0;
        final long wanted = statedPts == AV_NOPTS_VALUE ? guess : statedPts;
        final boolean stands = started && wanted <= lastPts;
        repairs += stands ? 1 : 0;
        lastPts = stands ? lastPts + 1 : wanted;
        started = true;
        target.onFrame(slot, lastPts, arrivalNs, keyframe);
    }

    @Override
    long damagedUnits() {
        return decoder.damagedPackets() + repairs + (losesAlpha ? 1 : 0);
    }

    @Override
    public void close() {
        if (waiting != null) {
            av_packet_free(waiting);
            waiting = null;
        }
        decoder.close();
    }
}
