package dev.rill.frame;

import dev.rill.frame.ts.TsProgram;
import dev.rill.trickle.TricklePublisher;

/** Third stage: has the results encoded, joins them with the audio, publishes. Also ends the pipeline. */
final class EgressAgent extends StageAgent {
    private static final int MAX_FRAMES = 4;

    private final TricklePublisher publisher;
    private final SegmentOutbox outbox;
    private final OutputMuxer muxer;
    private final VideoOutput video;
    private FramePassport publishing;
    private boolean finished;

    EgressAgent(final PipelineLines lines, final FramePipelineContext context) {
        super(lines, "rill-egress");
        publisher = context.publisher();
        outbox = new SegmentOutbox(publisher, lines.counters);
        muxer = new OutputMuxer(outbox, lines.counters, context.keyframeIntervalTicks());
        video = new VideoOutput(lines, context, muxer);
    }

    @Override
    int work() {
        if (lines.failure() != null) {
            end(lines.failure().code() == StreamError.Code.OUTPUT_REFUSED
                ? PipelineEnd.OUTPUT_REFUSED : PipelineEnd.FAILED);
            return 0;
        }
        int work = 0;
        while (work < MAX_FRAMES && isOutputClear() && publishNext()) {
            work++;
        }
        return work;
    }

    @Override
    int countHeld() {
        return publishing == null ? 0 : 1;
    }

    @Override
    void release() {
        if (publishing != null) {
            lines.drop(publishing, DropReason.ABANDONED);
            publishing = null;
        }
        muxer.release();
        outbox.abandon();
        video.close();
        publisher.close();
    }

    /** Whether the output has taken all that was made; accounts for the frame that it has taken now. */
    private boolean isOutputClear() {
        final boolean clear = outbox.drain();
        if (outbox.isRefused()) {
            onRefused();
            return false;
        }
        if (clear && publishing != null) {
            onPublished();
        }
        return clear;
    }

    private boolean publishNext() {
        final boolean nothingWillCome = lines.processDone;
        // The frame first, the side line then: whatever stood in front of the frame in the input is visible by now.
        final FramePassport frame = lines.completed.poll();
        final int items = takeSide();
        if (frame != null) {
            publishing = video.encode(frame) ? frame : null;
            isOutputClear();
            return true;
        }
        if (nothingWillCome && items == 0) {
            finish();
            return false;
        }
        return items > 0;
    }

    private int takeSide() {
        int items = 0;
        Object item = lines.side.poll();
        while (item != null) {
            items++;
            if (item instanceof final Packet packet) {
                muxer.onAudio(packet);
            } else if (item instanceof final TsProgram program) {
                muxer.onProgram(program);
            } else {
                muxer.onVideoPresence((PipelineLines.VideoPresence) item);
            }
            item = items < PipelineLines.SIDE_CAPACITY ? lines.side.poll() : null;
        }
        return items;
    }

    private void onPublished() {
        publishing.onPublished(lines.clock.nanoTime());
        PipelineCounters.add(lines.counters.framesOut, 1);
        lines.recorders.record(publishing);
        lines.reports.published(publishing);
        lines.passports.recycle(publishing);
        publishing = null;
    }

    private void onRefused() {
        if (publishing != null) {
            lines.drop(publishing, DropReason.OUTPUT_REFUSED);
            publishing = null;
        }
        lines.fail(StreamError.Code.OUTPUT_REFUSED, "output channel refuses data: " + publisher.failure());
    }

    /** Publishes the tail; called again until the output has taken it. */
    private void finish() {
        if (!finished) {
            finished = true;
            muxer.finish();
        }
        if (outbox.drain() && !outbox.isRefused()) {
            end(lines.inputEnd);
        }
    }

    private void end(final PipelineEnd end) {
        publisher.close();
        lines.stop();
        lines.reports.end(end);
    }
}
