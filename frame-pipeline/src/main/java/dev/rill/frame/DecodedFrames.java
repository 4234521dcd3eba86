package dev.rill.frame;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;

/**
 * The ring of frames in front of the bridge, as the stage that fills it sees it: where it is full, a live pipeline
 * gives up its oldest frame, a batch keeps what came and reads no more. Frames above the highest rate are left out.
 * Belongs to the intake stage's thread.
 */
final class DecodedFrames {
    private final PipelineLines lines;
    private final boolean isLive;
    private final FrameRateGate gate;
    private final RingFeed<FramePassport> feed;

    DecodedFrames(final PipelineLines lines, final FramePipelineContext context, final Runnable onOffered) {
        this.lines = lines;
        isLive = context.policy() == DeliveryPolicy.LIVE;
        gate = new FrameRateGate(context.maxFrameRate());
        feed = new RingFeed<>(lines.decoded, onOffered);
    }

    /** Takes over a frame and its slot. */
    void add(final FramePassport passport, final FrameSlot slot) {
        final FrameFormat format = slot.format();
        PipelineCounters.add(lines.counters.framesDecoded, 1);
        PipelineCounters.add(lines.counters.pixels, (long) format.width() * format.height());
        lines.counters.width = format.width();
        lines.counters.height = format.height();
        passport.onDecoded(slot, lines.clock.nanoTime());
        if (!gate.passes(passport.pts())) {
            lines.drop(passport, DropReason.ABOVE_FRAME_RATE);
            return;
        }
        feed.add(passport);
        while (isLive && !feed.isClear()) {
            dropOldest();
            feed.moveOn();
        }
    }

    /** Whether all that was added is in the ring. */
    boolean isClear() {
        return feed.isClear();
    }

    int held() {
        return feed.held();
    }

    /** Moves on what found no room; returns how much. */
    int moveOn() {
        return feed.moveOn();
    }

    /** Gives up the oldest frame of the ring; false if it is empty. */
    boolean dropOldest() {
        final FramePassport oldest = lines.decoded.poll();
        if (oldest == null) {
            return false;
        }
        lines.drop(oldest, DropReason.OVERRUN);
        return true;
    }

    void release() {
        feed.release(passport -> lines.drop(passport, DropReason.ABANDONED));
    }
}
