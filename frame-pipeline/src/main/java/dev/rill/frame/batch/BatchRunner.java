package dev.rill.frame.batch;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.DropReason;
import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipeline;
import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.PacketPool;
import dev.rill.frame.PipelineEnd;
import dev.rill.frame.PipelineStats;
import dev.rill.frame.StreamError;
import dev.rill.frame.ThreadingMode;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.FileSink;
import dev.rill.frame.sink.PictureFile;
import dev.rill.frame.source.DecodedSource;
import dev.rill.trickle.TricklePublisher;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;

/**
 * One batch job: a file, URL or body through a model into a file or body, on the stages of a live stream with threads
 * of their own. Nothing is dropped, a slow model holds the source back. The result appears when all of it is there, and
 * not at all if the batch fails or is cancelled.
 * <pre>{@code
 *   try (BatchRunner batch = BatchRunner.launch(new BatchContext()
 *       .input("in.mp4").output(Path.of("out.mp4")).bridge(bridge).model(Model.builtIn("tint")))) {
 *       final BatchResult result = batch.await();
 *   }
 * }</pre>
 * One thread waits and closes; any thread may cancel or read the progress.
 */
public final class BatchRunner implements AutoCloseable {
    private final BatchContext context;
    private final BatchFiles files;
    private final DecodedSource source;
    private final long framesExpected;
    private final SinkPublisher publisher;
    private final FramePipeline pipeline;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile PipelineEnd end;
    private volatile StreamError error;
    private volatile boolean cancelled;
    private BatchResult result;
    private MediaException outcome;

    private BatchRunner(final BatchContext context, final BatchFiles files, final DecodedSource source) {
        this.context = context;
        this.files = files;
        this.source = source;
        framesExpected = source.framesExpected();
        final boolean isPicture = PictureFile.isPicture(files.part());
        if (isPicture && !source.isStill()) {
            throw named(new MediaException(
                "result " + files.part() + ": expected a still picture as the input, actual " + source.description()));
        }
        try {
            publisher = isPicture ? null : new SinkPublisher(FileSink.open(files.part()));
        } catch (final MediaException ex) {
            throw named(ex);
        }
        pipeline = FramePipeline.launch(pipelineContext(publisher));
    }

    /**
     * Launches a batch; takes in the whole body if that is the input.
     *
     * @param context options; concluded here.
     * @return a batch at work; close it.
     * @throws IllegalArgumentException if an option is out of range.
     * @throws MediaException           one line that names the input or the output, what was expected and what was
     *                                  found; then nothing is left open, and no file.
     */
    public static BatchRunner launch(final BatchContext context) {
        context.conclude();
        if (context.output() != null && !PictureFile.isPicture(context.output())) {
            FileSink.check(context.output());
        }
        final BatchFiles files = BatchFiles.prepare(context);
        DecodedSource source = null;
        try {
            final String input = files.input() == null ? context.input() : files.input();
            source = DecodedSource.open(
                input, context.bridge(), new PacketPool(), context.clock(), context.maxPixels(), context.audio());
            return new BatchRunner(context, files, source);
        } catch (final RuntimeException ex) {
            CloseHelper.quietCloseAll(source, files);
            throw ex;
        }
    }

    private FramePipelineContext pipelineContext(final TricklePublisher output) {
        return new FramePipelineContext()
            .source(source)
            .publisher(output)
            .pictures(output == null ? new PictureFile(files.part(), context.quality()) : null)
            .bridge(context.bridge())
            .model(context.model())
            .parameters(context.parameters())
            .policy(DeliveryPolicy.BATCH)
            .threadingMode(ThreadingMode.DEDICATED)
            .inFlightWindow(source.isStill() ? 1 : FramePipelineContext.IN_FLIGHT_WINDOW_DEFAULT)
            .encoderName(context.encoderName())
            .bitRate(context.bitRate())
            .frameRate(source.frameRateNumerator(), source.frameRateDenominator())
            .clock(context.clock())
            .listener(new Watch());
    }

    /** For people: the input, its codecs, size and rate. One line. */
    public String description() {
        return source.description();
    }

    /** How far it is. */
    public BatchProgress progress() {
        final var now = pipeline.progress();
        return new BatchProgress(now.framesIn(), now.framesOut(), framesExpected);
    }

    /** Whether {@link #await} would return at once. */
    public boolean isOver() {
        return over.getCount() == 0;
    }

    /**
     * Waits until it is over, without doing anything about it.
     *
     * @param timeout how long at most.
     * @param unit    of the timeout.
     * @return true if it is over.
     * @throws InterruptedException if this thread is interrupted.
     */
    public boolean awaitOver(final long timeout, final TimeUnit unit) throws InterruptedException {
        return over.await(timeout, unit);
    }

    /** Ends the batch soon: there will be no result. Idempotent; nothing happens if it is over. */
    public void cancel() {
        if (!isOver()) {
            cancelled = true;
        }
        source.cancel();
        pipeline.close();
    }

    /**
     * Waits for the end, and puts the result where it belongs.
     *
     * @return what was done.
     * @throws MediaException       one line, if the batch failed or was cancelled; there is no result then.
     * @throws InterruptedException if this thread is interrupted; the batch goes on.
     */
    public BatchResult await() throws InterruptedException {
        over.await();
        if (result == null && outcome == null) {
            conclude();
        }
        if (outcome != null) {
            throw outcome;
        }
        return result;
    }

    private void conclude() {
        source.cancel(); // Where it failed, it may still wait for a peer.
        pipeline.close();
        outcome = failure();
        if (outcome == null) {
            try {
                files.deliver(context.outputBody());
                result = new BatchResult(
                    pipeline.stats(), source.warnings() + (publisher == null ? 0 : publisher.droppedUnits()));
            } catch (final MediaException ex) {
                outcome = ex;
            }
        }
    }

    private MediaException failure() {
        if (cancelled) {
            return new MediaException("batch of " + source.description() + ": cancelled");
        }
        if (end == PipelineEnd.INPUT_ENDED && isEmpty()) {
            return new MediaException("batch of " + source.description() + ": expected "
                + (source.hasVideo() ? "a picture" : "sound") + " that can be decoded, actual none");
        }
        if (error != null && error.code() != StreamError.Code.OUTPUT_REFUSED) {
            return named(new MediaException(error.message()));
        }
        if (publisher != null && publisher.cause() != null) {
            return named(publisher.cause()); // Says more than that the output refuses.
        }
        if (end != PipelineEnd.INPUT_ENDED) {
            return new MediaException("batch of " + source.description() + ": ended early: " + end);
        }
        final long left = pipeline.stats().droppedTotal();
        return left == 0 ? null : new MediaException(
            "batch of " + source.description() + ": expected every picture in the result, actual " + left + " not");
    }

    private boolean isEmpty() {
        final PipelineStats stats = pipeline.stats();
        return source.hasVideo() ? stats.framesIn() == 0 : stats.audioPacketsOut() == 0;
    }

    /** The result is known by its own name, not by that of the file it is written into first. */
    private MediaException named(final MediaException ex) {
        final String target = context.output() == null ? "body" : context.output().toString();
        return new MediaException(ex.getMessage().replace(files.part().toString(), target), ex);
    }

    /** Cancels what is not over, and removes what is not complete. Idempotent. */
    @Override
    public void close() {
        cancel();
        files.close();
    }

    /** Hands on what it sees to the host's listener. */
    private final class Watch implements FramePipelineListener {
        @Override
        public void onFramePublished(final FramePassport passport) {
            context.listener().onFramePublished(passport);
        }

        @Override
        public void onFrameDropped(final FramePassport passport, final DropReason reason) {
            context.listener().onFrameDropped(passport, reason);
        }

        @Override
        public void onError(final StreamError newError) {
            context.listener().onError(newError);
            if (error == null && (newError.fatal() || newError.code() == StreamError.Code.INFERENCE)) {
                error = newError;
                over.countDown(); // There will be no result: whoever waits ends it.
            }
        }

        @Override
        public void onEnd(final PipelineEnd newEnd) {
            end = newEnd;
            try {
                context.listener().onEnd(newEnd);
            } finally {
                over.countDown();
            }
        }
    }
}
