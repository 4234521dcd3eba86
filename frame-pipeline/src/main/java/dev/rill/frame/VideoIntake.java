package dev.rill.frame;

import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.ts.H264Units;
import dev.rill.gpu.FrameSlot;
import java.util.ArrayDeque;

/**
 * From access units to frames in the ring: keeps units until a slot is free, skips what cannot be decoded, and applies
 * the delivery policy where the ring is full. Belongs to the intake stage's thread.
 */
final class VideoIntake implements FrameHandler {
    /** Units waiting for a slot beyond which the input is not read, even live. */
    static final int MAX_PENDING = 256;

    /** Time without a keyframe after which that is reported, once until one comes: 10 s. */
    static final long KEYFRAME_PATIENCE_NS = 10_000_000_000L;

    /** Units inside the decoder beyond which the oldest is taken for swallowed; H.264 reorders 16 at most. */
    private static final int MAX_INSIDE = 32;

    private final PipelineLines lines;
    private final VideoDecoder decoder;
    private final LiveLimits limits;
    private final DecodedFrames frames;
    private final ArrayDeque<FramePassport> pending = new ArrayDeque<>();
    private final ArrayDeque<FramePassport> inside = new ArrayDeque<>();
    private boolean inputBroken;
    private boolean awaitingKeyframe = true;
    private boolean flushed;
    private long unitsWithoutKeyframe;
    private long withoutKeyframeSinceNs;
    private boolean absenceTold;
    private long sequence;
    private Era era;
    private Era decoding;

    VideoIntake(
        final PipelineLines lines, final VideoDecoder decoder, final FramePipelineContext context,
        final Runnable onOffered) {
        this.lines = lines;
        this.decoder = decoder;
        limits = new LiveLimits(context);
        frames = new DecodedFrames(lines, context, onOffered);
        era = lines.firstEra;
        decoding = era;
    }

    /** Other video begins, or none: what was added so far comes out of the decoder, and nothing builds on it. */
    Era.Change change(final Object what) {
        final Era before = era;
        era = new Era();
        inputBroken = true;
        return new Era.Change(what, before, era);
    }

    /** Units are missing in front of the next one: those that build on them are of no use. */
    void onMissing() {
        inputBroken = true;
    }

    /** Takes over a complete access unit. */
    void add(final Packet packet) {
        if (packet.isKeyframe()) {
            inputBroken = false;
            unitsWithoutKeyframe = 0;
            absenceTold = false;
        }
        if (inputBroken) {
            lines.dropLost(packet.pts(), DropReason.AWAITING_KEYFRAME);
            noteAbsence();
            packet.release();
            return;
        }
        final FramePassport passport = lines.passports.acquire(era);
        passport.onDemuxed(sequence++, packet, lines.clock.nanoTime());
        pending.add(passport);
    }

    /** Whether more input may be read. */
    boolean hasRoom() {
        return limits.isLive() ? pending.size() < MAX_PENDING : pending.isEmpty() && frames.isClear();
    }

    /** Decodes what is pending, as far as slots and ring allow. */
    int work() {
        int work = frames.moveOn();
        boolean goesOn = true;
        while (goesOn && frames.isClear()) {
            work += skipToNewestKeyframe(); // First: the keyframe may belong to the next era.
            work += skipDisposable();
            goesOn = endEra() && !pending.isEmpty() && decodeNext();
            work += goesOn ? 1 : 0;
        }
        return work;
    }

    /** Empties the decoder at the end of the input; returns true once nothing is left here. */
    boolean finish() {
        if (!pending.isEmpty() || !frames.isClear()) {
            return false;
        }
        if (!flushed) {
            flushed = flush();
        }
        return flushed && frames.isClear();
    }

    /** Empties the decoder once the last unit of an era is in it; returns false if that has to wait. */
    private boolean endEra() {
        final Era next = pending.isEmpty() ? era : pending.peek().era;
        if (next == decoding) {
            return true;
        }
        if (!flush()) {
            return false;
        }
        decoding = next;
        awaitingKeyframe = true;
        return frames.isClear();
    }

    private boolean flush() {
        if (decoder.flush(this) == VideoDecoder.BACK_PRESSURED) {
            return false;
        }
        lines.dropAll(inside, DropReason.UNDECODABLE);
        return true;
    }

    int held() {
        return pending.size() + inside.size() + frames.held();
    }

    void release() {
        lines.dropAll(pending, DropReason.ABANDONED);
        lines.dropAll(inside, DropReason.ABANDONED);
        frames.release();
        decoder.close();
    }

    @Override
    public void onFrame(final FrameSlot slot, final long pts, final long arrivalNs, final boolean keyframe) {
        final FramePassport passport = take(pts);
        if (passport == null) {
            slot.release();
            return;
        }
        dropPassedOver(pts);
        frames.add(passport, slot);
    }

    /** Where decoding has fallen behind, units in front of a keyframe that has arrived are of no use any more. */
    private int skipToNewestKeyframe() {
        if (pending.size() < 2 || !limits.isTooOld(pending.peek())) {
            return 0;
        }
        FramePassport newest = null;
        for (final FramePassport passport : pending) {
            newest = passport.packet.isKeyframe() ? passport : newest;
        }
        int skipped = 0;
        while (newest != null && pending.peek() != newest) {
            lines.drop(pending.poll(), DropReason.TOO_OLD);
            skipped++;
        }
        return skipped;
    }

    /** Where decoding begins to fall behind, units that nothing builds on are left out first. */
    private int skipDisposable() {
        int skipped = 0;
        while (pending.size() >= 2 && limits.isAging(pending.peek())
            && H264Units.isDisposable(pending.peek().packet.data())) {
            lines.drop(pending.poll(), DropReason.NOT_REFERENCED);
            skipped++;
        }
        return skipped;
    }

    private boolean decodeNext() {
        final FramePassport passport = pending.peek();
        if (awaitingKeyframe && !passport.packet.isKeyframe()) {
            lines.drop(pending.poll(), DropReason.AWAITING_KEYFRAME);
            noteAbsence();
            return true;
        }
        pending.poll();
        // Once it is a frame, the passport belongs to the next stage; the packet stays here.
        final Packet packet = passport.packet;
        passport.packet = null;
        inside.add(passport);
        int outcome = VideoDecoder.DAMAGED;
        try {
            outcome = decode(packet);
        } finally {
            if (outcome != VideoDecoder.BACK_PRESSURED) {
                packet.release();
            }
        }
        if (outcome == VideoDecoder.BACK_PRESSURED) {
            inside.removeLast();
            passport.packet = packet;
            pending.addFirst(passport);
            return limits.isLive() && frames.dropOldest();
        }
        onDecoded(passport, outcome);
        return true;
    }

    private void noteAbsence() {
        final long nowNs = lines.clock.nanoTime();
        if (unitsWithoutKeyframe++ == 0) {
            withoutKeyframeSinceNs = nowNs;
        } else if (!absenceTold && nowNs - withoutKeyframeSinceNs >= KEYFRAME_PATIENCE_NS) {
            absenceTold = true;
            lines.reports.warn(StreamError.Code.NO_KEYFRAME, "no keyframe in " + unitsWithoutKeyframe
                + " units of the input's video; it resumes at the next one");
        }
    }

    /** A failure of the decoder itself, unlike damage of its input, ends the stream. */
    private int decode(final Packet packet) {
        try {
            return decoder.decode(packet, this);
        } catch (final RuntimeException ex) {
            lines.fail(StreamError.Code.DECODER, decoder.name() + ": " + ex.getMessage());
            return VideoDecoder.DAMAGED;
        }
    }

    private void onDecoded(final FramePassport passport, final int outcome) {
        awaitingKeyframe = outcome == VideoDecoder.DAMAGED;
        if (awaitingKeyframe && inside.removeLastOccurrence(passport)) {
            lines.reports.warn(StreamError.Code.DAMAGED_INPUT,
                "video unit at pts=" + passport.pts() + " cannot be decoded; resuming at the next keyframe");
            lines.drop(passport, DropReason.UNDECODABLE);
        }
        if (inside.size() > MAX_INSIDE) {
            lines.drop(inside.poll(), DropReason.UNDECODABLE);
        }
        updateLedger();
    }

    private void updateLedger() {
        lines.counters.copiedFrames.setRelease(decoder.copiedFrames());
        lines.counters.convertedFrames.setRelease(decoder.convertedFrames());
        lines.counters.hostBytes.setRelease(decoder.hostBytes());
        lines.counters.decoder = decoder.name();
    }

    /**
     * Pictures come out in the order of their times: earlier units that are still inside, second fields for instance,
     * have none of their own.
     */
    private void dropPassedOver(final long pts) {
        for (int i = inside.size(); i > 0; i--) {
            final FramePassport passport = inside.poll();
            if (passport.pts() < pts) {
                lines.drop(passport, DropReason.UNDECODABLE);
            } else {
                inside.add(passport);
            }
        }
    }

    private FramePassport take(final long pts) {
        if (!inside.isEmpty() && inside.peekLast().pts() == pts) {
            return inside.pollLast();
        }
        for (final FramePassport passport : inside) {
            if (passport.pts() == pts) {
                inside.removeFirstOccurrence(passport);
                return passport;
            }
        }
        return null;
    }
}
