package dev.rill.jobs.gateway;

import dev.rill.frame.codec.MediaException;
import dev.rill.jobs.JobException;
import dev.rill.trickle.TricklePublisher;

/**
 * Publishes a session's source until it ends, is stopped or fails; then waits for the tail of the result and closes the
 * channel. One thread of its own.
 */
final class PublishLoop implements Runnable, SourcePublisher.Listener {
    private static final long TAIL_QUIET_NS = 1_000_000_000L;

    private final GatewayContext context;
    private final TricklePublisher publisher;
    private final FrameLedger ledger;
    private final SessionProgress progress;
    private final Waiting waiting;
    private final SegmentCredit credit = new SegmentCredit();
    private long framePts = Long.MIN_VALUE;

    PublishLoop(
        final GatewayContext context, final TricklePublisher publisher, final FrameLedger ledger,
        final SessionProgress progress) {
        this.context = context;
        this.publisher = publisher;
        this.ledger = ledger;
        this.progress = progress;
        waiting = new Waiting(context.clock(), context.stallTimeoutNs(), progress::isCancelled);
    }

    @Override
    public void run() {
        try {
            new SourcePublisher(
                context.source(), publisher, context.pace(), context.stallTimeoutNs(), context.clock(),
                progress::isCancelled, this)
                .run(progress::isStopRequested);
            awaitTail();
        } catch (final MediaException | JobException e) {
            progress.fail(e.getMessage());
        } catch (final RuntimeException e) {
            progress.fail("publishing failed: " + e);
        } finally {
            context.source().close();
            publisher.close();
        }
    }

    @Override
    public boolean beforeSegment() {
        progress.segmentsOut.incrementAndGet();
        return context.pace() == SourcePace.FAST && awaitCredit();
    }

    @Override
    public void onFrame(final long pts, final long existedNs) {
        credit.onFrame(framePts); // The frame at hand may open the next segment; the one before it belongs to this one.
        framePts = pts;
        ledger.onPublished(pts, existedNs);
    }

    @Override
    public void onBytes(final int length) {
        progress.bytesOut.addAndGet(length);
    }

    @Override
    public void onSegmentEnd() {
        credit.onSegmentEnd();
    }

    private boolean awaitCredit() {
        if (mayBegin()) {
            return false;
        }
        while (!waiting.await(() -> mayBegin() || progress.isStopRequested()) && !progress.isCancelled()) {
            credit.writeOffOldest();
            progress.creditsWrittenOff.incrementAndGet();
        }
        return true;
    }

    private boolean mayBegin() {
        return credit.mayBegin(ledger.highestReturnedPts());
    }

    /**
     * Closing the channel makes the engine let go of what a decoder still reorders, so the wait is not for all
     * frames.
     */
    private void awaitTail() {
        final Waiting tail = new Waiting(
            context.clock(), Math.min(TAIL_QUIET_NS, context.stallTimeoutNs()), progress::isCancelled);
        boolean moving = true;
        while (moving && progress.failure() == null && ledger.outstanding() > 0 && !progress.isResultEnded()) {
            final long returned = ledger.framesOut();
            moving = tail.await(() -> ledger.framesOut() > returned || progress.isResultEnded());
        }
    }
}
