package dev.rill.frame;

import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.source.DecodedSource;
import dev.rill.gpu.FrameSlot;
import java.util.concurrent.atomic.AtomicLong;

/**
 * First stage of a batch: reads a medium that decodes itself, as fast as those behind take it. Reading may block, so it
 * wants a thread of its own.
 */
final class MediaIntake extends IntakeStage implements FrameHandler, PacketHandler {
    private static final int MAX_READS = 16;

    private final DecodedSource source;
    private final StageAgent process;
    private final DecodedFrames frames;
    private final RingFeed<Object> side;
    private final AtomicLong framesIn = new AtomicLong();
    private final AtomicLong audioPacketsIn = new AtomicLong();
    private final AtomicLong audioBytesIn = new AtomicLong();

    MediaIntake(
        final PipelineLines lines, final FramePipelineContext context, final StageAgent process,
        final StageAgent egress) {
        super(lines);
        this.process = process;
        source = context.source();
        frames = new DecodedFrames(lines, context, process::wake);
        side = new RingFeed<>(lines.side, egress::wake);
        lines.counters.decoder = source.decoderName();
        side.add(source.program());
    }

    @Override
    InputFigures figures() {
        return new InputFigures(framesIn.get(), audioPacketsIn.get(), 0, audioBytesIn.get(), 0, 0);
    }

    @Override
    public void onFrame(final FrameSlot slot, final long pts, final long arrivalNs, final boolean keyframe) {
        final FramePassport passport = lines.passports.acquire(lines.firstEra);
        passport.onRead(framesIn.get(), pts, arrivalNs, lines.clock.nanoTime());
        PipelineCounters.add(framesIn, 1);
        frames.add(passport, slot);
    }

    @Override
    public void onPacket(final Packet packet) {
        PipelineCounters.add(audioPacketsIn, 1);
        PipelineCounters.add(audioBytesIn, packet.length());
        side.add(packet);
    }

    @Override
    int work() {
        if (lines.intakeDone || lines.failure() != null) {
            return 0;
        }
        final int moved = frames.moveOn() + side.moveOn();
        try {
            return moved + read();
        } catch (final MediaException ex) {
            lines.fail(StreamError.Code.INPUT_FAILED, ex.getMessage());
            return moved;
        } finally {
            updateLedger();
        }
    }

    private int read() {
        int reads = 0;
        while (reads < MAX_READS && isClear()) {
            final int outcome = source.read(this, this);
            if (outcome == DecodedSource.BACK_PRESSURED) {
                return reads;
            }
            if (outcome == DecodedSource.ENDED) {
                lines.inputEnd = PipelineEnd.INPUT_ENDED;
                lines.intakeDone = true;
                process.wake();
                return reads + 1;
            }
            reads++;
        }
        return reads;
    }

    private boolean isClear() {
        return frames.isClear() && side.isClear();
    }

    private void updateLedger() {
        lines.counters.copiedFrames.setRelease(source.copiedFrames());
        lines.counters.convertedFrames.setRelease(source.convertedFrames());
        lines.counters.hostBytes.setRelease(source.hostBytes());
    }

    @Override
    boolean isAtRest() {
        return lines.intakeDone || lines.failure() != null;
    }

    @Override
    int countHeld() {
        return frames.held();
    }

    @Override
    void release() {
        frames.release();
        side.release(PipelineLines::release);
        source.close();
    }
}
