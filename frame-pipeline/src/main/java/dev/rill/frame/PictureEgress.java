package dev.rill.frame;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.PictureSink;

/** Third stage where results are wanted as pictures: hands each to the sink. Also ends the pipeline. */
final class PictureEgress extends StageAgent {
    private final PictureSink sink;

    PictureEgress(final PipelineLines lines, final FramePipelineContext context) {
        super(lines, "trickle-pipeline-egress");
        sink = context.pictures();
        lines.counters.encoder = sink.name();
    }

    @Override
    int work() {
        if (lines.failure() != null) {
            end(PipelineLines.endOf(lines.failure()));
            return 0;
        }
        final boolean nothingWillCome = lines.processDone;
        final int items = leaveSide();
        final FramePassport frame = lines.completed.poll();
        if (frame != null) {
            publish(frame);
            return 1;
        }
        if (nothingWillCome && items == 0) {
            end(lines.inputEnd);
        }
        return items;
    }

    /** Pictures have no sound. */
    private int leaveSide() {
        int items = 0;
        Object item = lines.side.poll();
        while (item != null) {
            PipelineLines.release(item);
            items++;
            item = lines.side.poll();
        }
        return items;
    }

    private void publish(final FramePassport frame) {
        try {
            sink.onPicture(frame.slot, frame.pts());
        } catch (final MediaException ex) {
            lines.fail(StreamError.Code.ENCODER, ex.getMessage());
            lines.drop(frame, DropReason.NOT_ENCODED);
            return;
        }
        frame.onEncoded(true, lines.clock.nanoTime());
        lines.onPublished(frame);
    }

    private void end(final PipelineEnd end) {
        try {
            sink.close();
        } finally {
            lines.stop();
            lines.reports.end(end);
        }
    }

    @Override
    boolean isAtRest() {
        return lines.completed.isEmpty() && lines.side.isEmpty() && !lines.processDone && lines.failure() == null;
    }

    @Override
    int countHeld() {
        return 0;
    }

    @Override
    void release() {
        sink.close();
    }
}
