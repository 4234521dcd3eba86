package dev.rill.frame;

import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.gpu.FrameFormat;

/**
 * Encodes result slots and passes the packets to the muxer. Opens an encoder for each format, and a new one when time
 * jumps back by more than a second, because an encoder demands that time advances, or when the encoder, or opening
 * the next one, fails: three times, which are forgotten after 120 s without a failure. Single-threaded.
 */
final class VideoOutput implements PacketHandler {
    /** Side of a macroblock: encoders refuse less. */
    private static final int MIN_SIDE = 16;
    private static final int MAX_FAILURES = 3;
    private static final long FAILURE_MEMORY_NS = 120_000_000_000L;
    private static final long RESTART_TICKS = 90_000;

    private final PipelineLines lines;
    private final FramePipelineContext context;
    private final OutputMuxer muxer;
    private VideoEncoder encoder;
    private FramePassport current;
    private boolean hasWorked;
    private boolean written;
    private boolean keyframeDue;
    private long lastPts;
    private long keyframePts;
    private int failures;
    private long lastFailureNs;

    VideoOutput(final PipelineLines lines, final FramePipelineContext context, final OutputMuxer muxer) {
        this.lines = lines;
        this.context = context;
        this.muxer = muxer;
    }

    /**
     * Encodes and writes one frame. Takes over its slot; the passport stays the caller's if the result is true, else it
     * was dropped and counted.
     */
    boolean encode(final FramePassport frame) {
        final long sinceLast = encoder == null ? 1 : frame.pts() - lastPts;
        if (sinceLast <= 0 && sinceLast >= -RESTART_TICKS) {
            lines.drop(frame, DropReason.TIME_WENT_BACK);
            return false;
        }
        if (!isEncodable(frame.slot.format()) || !prepare(frame.slot.format(), sinceLast <= 0) || !tryEncode(frame)) {
            lines.drop(frame, DropReason.NOT_ENCODED);
            return false;
        }
        frame.slot.release();
        frame.slot = null;
        return true;
    }

    @Override
    public void onPacket(final Packet packet) {
        try {
            current.onEncoded(packet.isKeyframe(), lines.clock.nanoTime());
            written = true;
            final boolean cuts = keyframeDue && packet.isKeyframe(); // An encoder may add keyframes of its own.
            if (cuts) {
                keyframePts = packet.pts();
                keyframeDue = false;
            }
            muxer.onVideo(packet, cuts);
        } finally {
            packet.release();
        }
    }

    void close() {
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
    }

    /** Pictures of no use to anybody are no reason to give up the session. */
    private boolean isEncodable(final FrameFormat format) {
        final boolean isEncodable = Math.min(format.width(), format.height()) >= MIN_SIDE;
        if (!isEncodable) {
            lines.reports.warn(StreamError.Code.ENCODER,
                "picture: expected 16x16 at least, actual " + format.width() + "x" + format.height());
        }
        return isEncodable;
    }

    private boolean prepare(final FrameFormat format, final boolean mustRestart) {
        if (encoder != null && !mustRestart && encoder.format().equals(format)) {
            return true;
        }
        close();
        try {
            encoder = context.encoders().apply(new EncoderContext()
                .format(format)
                .encoderName(context.encoderName())
                .bitRate(context.bitRate())
                .frameRate(context.frameRateNumerator(), context.frameRateDenominator())
                .keyframeIntervalTicks(context.keyframeIntervalTicks())
                .packetPool(lines.packets));
        } catch (final MediaException ex) {
            onRefusal(ex);
            return false;
        }
        hasWorked = true;
        lines.counters.encoder = encoder.name();
        keyframeDue = true;
        return true;
    }

    private boolean tryEncode(final FramePassport frame) {
        current = frame;
        written = false;
        lastPts = frame.pts();
        keyframeDue |= muxer.isProgramChanged() || frame.pts() - keyframePts >= context.keyframeIntervalTicks();
        try {
            encoder.encode(frame.slot, frame.pts(), frame.arrivalNs(), keyframeDue, this);
        } catch (final MediaException ex) {
            onFailure(ex);
        }
        keyframeDue |= !written;
        return written;
    }

    /** An encoder that never opened will not open later; one that did may be short of something for a while. */
    private void onRefusal(final MediaException ex) {
        if (hasWorked) {
            onFailure(ex);
        } else {
            lines.fail(StreamError.Code.ENCODER, ex.getMessage());
        }
    }

    private void onFailure(final MediaException ex) {
        final long nowNs = lines.clock.nanoTime();
        failures = nowNs - lastFailureNs > FAILURE_MEMORY_NS ? 1 : failures + 1;
        lastFailureNs = nowNs;
        close();
        if (failures > MAX_FAILURES) {
            lines.fail(StreamError.Code.ENCODER, "failed " + failures + " times, at last: " + ex.getMessage());
        } else {
            lines.reports.warn(StreamError.Code.ENCODER, "restarted: " + ex.getMessage());
        }
    }
}
