package dev.rill.frame;

import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.ts.TsProgram;
import dev.rill.trickle.TricklePublisher;

/** Third stage: has the results encoded, joins them with the audio, publishes. Also ends the pipeline. */
final class EgressAgent extends StageAgent {
    private static final int MAX_FRAMES = 4;

    private final TricklePublisher publisher;
    private final ChannelSink outbox;
    private final OutputMuxer muxer;
    private final VideoOutput video;
    private FramePassport publishing;
    private Era era;
    private boolean finished;

    EgressAgent(final PipelineLines lines, final FramePipelineContext context) {
        super(lines, "trickle-pipeline-egress");
        era = lines.firstEra;
        publisher = context.publisher();
        outbox = new ChannelSink("output", publisher);
        lines.counters.output = outbox.counters();
        muxer = new OutputMuxer(outbox, lines.counters, context.keyframeIntervalTicks());
        video = new VideoOutput(lines, context, muxer);
    }

    @Override
    int work() {
        if (lines.failure() != null) {
            end(PipelineLines.endOf(lines.failure()));
            return 0;
        }
        int work = 0;
        while (work < MAX_FRAMES && isOutputClear() && publishNext()) {
            work++;
        }
        return work;
    }

    @Override
    boolean isAtRest() {
        return publishing == null && lines.completed.isEmpty() && lines.side.isEmpty() && !lines.processDone
            && lines.failure() == null;
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
        final FramePassport frame = lines.completed.peek();
        final int items = takeSide();
        if (frame != null && frame.era == era) {
            publish(lines.completed.poll());
            return true;
        }
        if (nothingWillCome && items == 0 && frame == null) {
            finish();
            return false;
        }
        return items > 0;
    }

    private void publish(final FramePassport frame) {
        publishing = frame; // At once, so that an exception leaves it here, where release() finds it.
        if (!video.encode(frame)) {
            publishing = null;
        }
        isOutputClear();
    }

    private int takeSide() {
        int items = 0;
        Object item = lines.side.peek();
        while (item != null && items < PipelineLines.SIDE_CAPACITY && isDue(item)) {
            items++;
            take(lines.side.poll());
            item = lines.side.peek();
        }
        return items;
    }

    /** A change waits until the frames in front of it have left. */
    private static boolean isDue(final Object item) {
        return !(item instanceof final Era.Change change) || change.before().isEmpty();
    }

    private void take(final Object item) {
        if (item instanceof final Packet packet) {
            muxer.onAudio(packet);
        } else if (item instanceof final TsProgram program) {
            muxer.onProgram(program);
        } else if (item instanceof final PipelineLines.VideoPresence presence) {
            muxer.onVideoPresence(presence);
        } else {
            final Era.Change change = (Era.Change) item;
            era = change.after();
            take(change.what());
        }
    }

    private void onPublished() {
        final FramePassport frame = publishing;
        publishing = null;
        lines.onPublished(frame);
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
        try {
            publisher.close();
        } finally {
            lines.stop();
            lines.reports.end(end);
        }
    }
}
