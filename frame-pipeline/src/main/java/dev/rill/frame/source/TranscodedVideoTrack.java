package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.FFmpegVideoDecoder;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.frame.ts.TsStream;
import dev.rill.gpu.FrameSlot;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Any other video codec: decoded and encoded as H.264, with the times of the source. */
final class TranscodedVideoTrack extends Track {
    private static final long TICKS_PER_SECOND = 90_000;

    private final PacketPool pool;
    private final int rateNumerator;
    private final int rateDenominator;
    private final SlotSupply slots = new SlotSupply();
    private final FFmpegVideoDecoder decoder;
    private VideoEncoder encoder;
    private PacketHandler target;
    private long lastPts = Long.MIN_VALUE;
    private long framesOutOfOrder;

    TranscodedVideoTrack(
        final int pid, final AVCodecParameters parameters, final int rateNumerator, final int rateDenominator,
        final PacketPool pool) {
        super(TsStream.h264(pid), avcodec_get_name(parameters.codec_id()).getString() + " " + parameters.width() + "x"
            + parameters.height() + " transcoded to H.264");
        this.rateNumerator = rateNumerator;
        this.rateDenominator = rateDenominator;
        this.pool = pool;
        try {
            decoder = FFmpegVideoDecoder.intake(parameters, slots, null, Integer.MAX_VALUE);
        } catch (final RuntimeException ex) {
            slots.close();
            throw ex;
        }
    }

    @Override
    public void accept(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
        target = out;
        if (decoder.decode(unit, arrivalNs, this::onFrame) == VideoDecoder.BACK_PRESSURED) {
            throw new IllegalStateException(description() + ": every slot is out");
        }
    }

    @Override
    public void finish(final long arrivalNs, final PacketHandler out) {
        target = out;
        decoder.flush(this::onFrame);
        if (encoder != null) {
            encoder.flush(out);
        }
    }

    private void onFrame(final FrameSlot slot, final long statedPts, final long arrivalNs, final boolean keyframe) {
        try {
            final long step = TICKS_PER_SECOND * rateDenominator / rateNumerator;
            final long guess = lastPts == Long.MIN_VALUE ? 0 : lastPts + step;
            final long pts = statedPts == AV_NOPTS_VALUE ? guess : statedPts;
            if (lastPts != Long.MIN_VALUE && pts <= lastPts) {
                framesOutOfOrder++;
                return;
            }
            encoderFor(slot).encode(slot, pts, arrivalNs, false, target);
            lastPts = pts;
        } finally {
            slot.release();
        }
    }

    private VideoEncoder encoderFor(final FrameSlot slot) {
        if (encoder != null && !encoder.format().equals(slot.format())) {
            encoder.flush(target);
            encoder.close();
            encoder = null;
        }
        if (encoder == null) {
            encoder = Codecs.h264Encoder(new EncoderContext()
                .format(slot.format())
                .frameRate(rateNumerator, rateDenominator)
                .packetPool(pool));
        }
        return encoder;
    }

    @Override
    public long damagedUnits() {
        return decoder.damagedPackets() + framesOutOfOrder;
    }

    @Override
    public void close() {
        decoder.close();
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
        slots.close();
    }
}
