package dev.rill.frame.transcode;

import dev.rill.frame.FrameRateGate;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.PausingAgent;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.codec.PictureScaler;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.Segmenter;
import dev.rill.frame.ts.TsProgram;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import org.agrona.CloseHelper;

/**
 * One rendition: thins, scales, encodes, cuts into segments. An agent; frames come from one other thread. What fails
 * here fails this rendition alone: it gives up what still comes, and counts it.
 */
final class Rendition implements PausingAgent, PacketHandler {
    private static final int ITEMS_PER_TURN = 2;
    private static final long RESTART_TICKS = 90_000;
    /** It is woken for whatever is offered. */
    private static final long PAUSE_NS = 100_000_000;
    /** Nobody wakes it when its channel takes data again. */
    private static final long BLOCKED_PAUSE_NS = 1_000_000;
    private final TranscodeProfile profile;
    private final Transcode transcode;
    private final ResultSink sink;
    private final Segmenter segmenter;
    private final FrameRateGate gate;
    private final PacketPool packets = new PacketPool();
    private final RenditionQueue queue = new RenditionQueue(packets);
    private volatile PictureScaler scaler;
    private volatile FramePool pool;
    private volatile VideoEncoder encoder;
    private boolean cutDue = true;
    private boolean ending;
    private boolean blocked;
    private boolean keyframeDue;
    private long keyframePts;
    private long keyframeNumber;
    private boolean opened;
    private long lastPts;

    private volatile long framesIn;
    private volatile long framesOut;
    private volatile long framesThinned;
    private volatile long framesFailed;
    private volatile long audioUnits;
    private volatile long audioFailed;
    private volatile long audioLeft;
    private volatile long segments;
    private volatile String failure;
    private volatile boolean over;

    /**
     * What all renditions of one transcoding share.
     *
     * @param bridge      allocates slots.
     * @param numerator   frame rate of the source.
     * @param denominator of the frame rate.
     * @param segmented   whether segments are those of the source, not GOPs.
     */
    record Transcode(Bridge bridge, int numerator, int denominator, boolean segmented) { }

    Rendition(
        final TranscodeProfile profile, final Transcode transcode, final TsProgram program,
        final ResultSink sink) {
        this.profile = profile;
        this.transcode = transcode;
        this.sink = sink;
        segmenter = transcode.segmented ? Segmenter.ofSource(program, sink) : new Segmenter(program, sink, 1);
        gate = new FrameRateGate(profile.fps());
    }

    /** What the feeding thread fills. */
    RenditionQueue queue() {
        return queue;
    }

    boolean hasFailed() {
        return failure != null;
    }

    boolean isOver() {
        return over;
    }

    RenditionStats stats() {
        final FramePool scaled = pool;
        final VideoEncoder used = encoder;
        final FrameFormat format = used == null ? null : used.format();
        return new RenditionStats(profile.name(), format == null ? 0 : format.width(),
            format == null ? 0 : format.height(), framesIn + queue.framesLate(), framesOut, framesThinned,
            queue.framesLate(),
            framesFailed, scaled == null ? 0 : scaler.scaledFrames(), audioUnits - audioLeft,
            audioFailed + queue.audioLate() + audioLeft, segments,
            used == null ? "" : used.name(), failure);
    }

    @Override
    public int doWork() {
        int items = 0;
        while (!over && isClear() && items < ITEMS_PER_TURN && take(queue.poll())) {
            items++;
        }
        if (ending && !over && isClear()) {
            finish();
        }
        return items;
    }

    /** Whether the sink has moved on all that it got; a rendition that has failed gives it nothing more. */
    private boolean isClear() {
        if (failure == null && sink.failure() != null) {
            fail(new MediaException(sink.failure()));
        }
        blocked = failure == null && !sink.drain();
        return !blocked;
    }

    @Override
    public long maxPauseNs() {
        return blocked ? BLOCKED_PAUSE_NS : PAUSE_NS;
    }

    @Override
    public String roleName() {
        return "trickle-rendition-" + profile.name();
    }

    /** Gives up what it holds; a rendition that did not get its end is left incomplete. */
    @Override
    public void onClose() {
        queue.release();
        CloseHelper.quietCloseAll(segmenter, sink, encoder, scaler, pool);
        over = true;
    }

    private boolean take(final Object item) {
        if (item instanceof final RenditionQueue.Frame frame) {
            takeFrame(frame);
        } else if (item instanceof final Packet packet) {
            takeAudio(packet);
        } else if (item == RenditionQueue.CUT) {
            cut();
        } else if (item == RenditionQueue.END) {
            end();
        }
        return item != null;
    }

    private void takeFrame(final RenditionQueue.Frame frame) {
        framesIn++;
        if (frame.cuts()) {
            cut();
        }
        try {
            if (failure != null) {
                framesFailed++;
            } else if (gate.passes(frame.pts())) {
                encode(frame);
            } else {
                framesThinned++;
            }
        } catch (final RuntimeException ex) {
            framesFailed++;
            fail(ex);
        } finally {
            frame.slot().release();
        }
    }

    private void takeAudio(final Packet packet) {
        if (failure != null) {
            audioFailed++;
            packet.release();
            return;
        }
        try {
            segmenter.onPacket(packet);
            audioUnits++;
            audioLeft = segmenter.leadingPackets();
        } catch (final RuntimeException ex) {
            audioFailed++;
            fail(ex);
        }
    }

    /** Whatever it was, it is this rendition's alone; the first failure is the one that counts. */
    private void fail(final RuntimeException cause) {
        if (failure == null) {
            failure = "rendition " + profile.name() + ": "
                + (cause instanceof MediaException ? cause.getMessage() : cause.toString());
        }
    }

    private void cut() {
        if (failure != null) {
            return;
        }
        try {
            segmenter.cut();
            segments = segmenter.segments();
            keyframeDue = true;
            cutDue = true;
        } catch (final RuntimeException ex) {
            fail(ex);
        }
    }

    private void end() {
        ending = true;
        try {
            if (failure == null) {
                segmenter.close();
                audioLeft = segmenter.leadingPackets();
            }
        } catch (final RuntimeException ex) {
            fail(ex);
        }
    }

    private void finish() {
        try {
            sink.close();
        } catch (final RuntimeException ex) {
            fail(ex);
        }
        over = true;
    }

    private void encode(final RenditionQueue.Frame frame) {
        if (!opened) {
            opened = true;
            final FrameFormat source = frame.slot().format();
            final int[] size = profile.sizeFor(source.width(), source.height());
            encoder = open(FrameFormat.of(PixelFormat.I420, size[0], size[1]).colours(source.colours()));
        } else if (frame.pts() <= lastPts && !restart(frame.pts())) {
            framesFailed++;
            return;
        }
        final Colours colours = frame.slot().format().colours();
        if (encoder.format().colours() != colours) {
            reopen(encoder.format().colours(colours));
        }
        lastPts = frame.pts();
        final boolean isFirst = framesOut == 0;
        keyframeDue |= isFirst || isGopOver(frame.pts());
        if (frame.slot().format().equals(encoder.format())) {
            encode(frame.slot(), frame.pts());
            return;
        }
        final FrameSlot target = scaledSlot();
        try {
            scaler.scale(frame.slot(), target);
            encode(target, frame.pts());
        } finally {
            target.release();
        }
    }

    private boolean isGopOver(final long pts) {
        final long since = profile.gop().inFrames() ? framesOut - keyframeNumber : Math.abs(pts - keyframePts);
        return since >= profile.gop().distance();
    }

    /** An encoder demands that time advances: where it jumps back by more than a second another one goes on. */
    private boolean restart(final long pts) {
        if (lastPts - pts <= RESTART_TICKS) {
            return false;
        }
        reopen(encoder.format());
        return true;
    }

    private void reopen(final FrameFormat format) {
        encoder.close();
        encoder = open(format);
        keyframeDue = true;
    }

    private FrameSlot scaledSlot() {
        if (pool == null || !pool.format().equals(encoder.format())) {
            scaler = scaler == null ? new PictureScaler() : scaler;
            CloseHelper.close(pool);
            pool = transcode.bridge.newPool(encoder.format(), 1);
        }
        return pool.acquire();
    }

    private void encode(final FrameSlot slot, final long pts) {
        final long before = framesOut;
        encoder.encode(slot, pts, 0, keyframeDue, this);
        if (framesOut == before) {
            throw new MediaException("encoder " + encoder.name() + ": gave nothing for the frame at pts=" + pts);
        }
    }

    private VideoEncoder open(final FrameFormat format) {
        final boolean isSlower = profile.fps() > 0
            && (long) profile.fps() * transcode.denominator < transcode.numerator;
        return Codecs.h264Encoder(new EncoderContext()
            .format(format)
            .bitRate(profile.bitRate())
            .profile(profile.h264Profile())
            .encoderName(profile.encoderName())
            .frameRate(isSlower ? profile.fps() : transcode.numerator, isSlower ? 1 : transcode.denominator)
            .keyframeIntervalTicks(Long.MAX_VALUE / 4)
            .packetPool(packets));
    }

    /** Keyframes that the codec adds by itself are no places to cut at. */
    @Override
    public void onPacket(final Packet packet) {
        final boolean cuts = keyframeDue && packet.isKeyframe();
        if (cuts) {
            keyframeDue = false;
            keyframePts = packet.pts();
            keyframeNumber = framesOut;
        }
        final boolean begins = cuts && (cutDue || !transcode.segmented);
        cutDue &= !begins;
        segmenter.onPacket(packet.describe(packet.kind(), packet.pts(), packet.dts(), begins, packet.arrivalNs()));
        framesOut++;
        segments = segmenter.segments();
    }
}
