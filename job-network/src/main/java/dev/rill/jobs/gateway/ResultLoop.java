package dev.rill.jobs.gateway;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import java.nio.ByteBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Takes the result of a session: bytes go to the sink as they come, frames are found again in the ledger by their
 * presentation time. One thread.
 */
final class ResultLoop implements SegmentHandler, TsHandler {
    private final FrameLedger ledger;
    private final SessionProgress progress;
    private final ResultSink sink;
    private final NanoClock clock;
    private final TsReader reader;
    private boolean sinkFailed;

    ResultLoop(
        final FrameLedger ledger, final SessionProgress progress, final ResultSink sink, final NanoClock clock) {
        this.ledger = ledger;
        this.progress = progress;
        this.sink = sink;
        this.clock = clock;
        reader = new TsReader(this, new PacketPool(), clock);
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        progress.segmentsIn.incrementAndGet();
        keep(sink::beginSegment);
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        progress.bytesIn.addAndGet(bytes.remaining());
        keep(() -> sink.accept(bytes.duplicate()));
        reader.feed(bytes);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        reader.endOfSegment();
        keep(sink::endSegment);
        if (!intact) {
            progress.segmentsMissed.incrementAndGet();
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        progress.segmentsMissed.addAndGet(to - from);
    }

    @Override
    public void onEnd(final EndReason reason) {
        if (reason != EndReason.CHANNEL_CLOSED && reason != EndReason.CLOSED) {
            progress.fail("result ended early: " + EndReasons.describe(reason));
        }
        progress.onResultEnded();
    }

    @Override
    public void onProgram(final TsProgram program) {
        // The sink learns the program from the bytes.
    }

    @Override
    public void onPacket(final Packet packet) {
        if (packet.kind() == Packet.Kind.VIDEO) {
            ledger.onReturned(packet.pts(), clock.nanoTime());
        }
        packet.release();
    }

    private void keep(final Runnable write) {
        if (sinkFailed) {
            return;
        }
        try {
            write.run();
        } catch (final MediaException e) {
            sinkFailed = true;
            progress.fail(e.getMessage());
        }
    }
}
