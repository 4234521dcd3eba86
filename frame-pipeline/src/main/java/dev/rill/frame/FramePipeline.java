package dev.rill.frame;

import dev.rill.gpu.ModelParameters;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.CloseHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream on its way through a model: subscribes, demuxes, decodes into frame slots, has the bridge process them,
 * encodes, muxes with the untouched audio, publishes.
 * <pre>
 *   subscriber ─▶ demux ─▶ decode ─▶ [submit ▸ device ▸ poll] ─▶ encode ─▶ mux ─▶ publisher
 *                   └──────────────────── audio ─────────────────────────▲
 * </pre>
 * Output times are input times. Every output segment begins with a keyframe and can be decoded alone. When the input
 * ends, everything in flight is published and the output channel is closed. Changes of resolution, lost segments and
 * damaged units cost the frames concerned, which {@link #stats()} counts one by one, never the stream.
 * <p>
 * Any thread may call any method, but {@link #invoke()} belongs to one thread at a time, and with
 * {@link ThreadingMode#INVOKER} so does {@link #close()}.
 * <pre>{@code
 *   try (FramePipeline pipeline = FramePipeline.launch(new FramePipelineContext()
 *       .subscriber(trickle.subscribe("in", Trickle.CURRENT))
 *       .publisher(trickle.publish("out"))
 *       .bridge(bridge)
 *       .model(Model.builtIn("tint"))
 *       .listener(listener))) {
 *       pipeline.update(Map.of("strength", 0.9));
 *       ...
 *   }
 * }</pre>
 */
public final class FramePipeline implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FramePipeline.class);
    private static final int AGENTS = 3;

    private final PipelineLines lines;
    private final Events.SessionEvent event = new Events.SessionEvent();
    private final AtomicReference<ModelParameters> parameters;
    private final IntakeStage intake;
    private final ProcessAgent process;
    private final StageAgent egress;
    private final PipelineThreads threads;

    private FramePipeline(final FramePipelineContext context) {
        lines = new PipelineLines(context, AGENTS);
        event.begin();
        lines.onClosed(() -> commitSession(context));
        parameters = new AtomicReference<>(context.parameters());
        egress = context.pictures() == null ? new EgressAgent(lines, context) : new PictureEgress(lines, context);
        process = new ProcessAgent(lines, context, parameters, egress);
        intake = context.source() == null ? IntakeAgent.open(lines, context, process, egress)
            : new MediaIntake(lines, context, process, egress);
        threads = new PipelineThreads(lines, context, intake, process, egress);
        LOGGER.info("pipeline started model={} device={} policy={} threadingMode={} inFlightWindow={} ringCapacity={}"
            + " decoder={}", context.model().name(), context.bridge().device().name(), context.policy(),
            context.threadingMode(), context.inFlightWindow(), context.ringCapacity(), lines.counters.decoder);
    }

    /**
     * Launches a pipeline.
     *
     * @param context options; concluded here. Its subscriber and publisher are the pipeline's from now on.
     * @return a working pipeline; close it.
     * @throws IllegalArgumentException if an option is out of range.
     * @throws dev.rill.frame.codec.MediaException if no decoder can be opened.
     */
    public static FramePipeline launch(final FramePipelineContext context) {
        try {
            return new FramePipeline(context.conclude());
        } catch (final RuntimeException ex) {
            CloseHelper.quietCloseAll(
                context.subscriber(), context.source(), context.publisher(), context.pictures());
            throw ex;
        }
    }

    /**
     * Does a bounded piece of work on the calling thread, for {@link ThreadingMode#INVOKER}.
     *
     * @return amount of work done; 0 means that it is time to idle.
     * @throws IllegalStateException in other threading modes.
     */
    public int invoke() {
        return threads.invoke();
    }

    /**
     * Changes parameters: the next frame that is submitted to the bridge uses them, which is the one behind those in
     * the in-flight window. Of several changes between two frames the last one wins for each parameter.
     *
     * @param changes parameter names and new values; the others keep theirs.
     * @return version that the first frame with these values carries, higher than all before.
     * @throws IllegalArgumentException if a name is unknown or a value is missing, not a number or out of range; then
     *                                  nothing is changed.
     */
    public long update(final Map<String, Double> changes) {
        return parameters.updateAndGet(current -> current.with(changes)).version();
    }

    /**
     * As {@link #update} with all values of {@code newParameters}; its own version is not used.
     *
     * @param newParameters of this pipeline's model.
     * @return version that the first frame with these values carries.
     * @throws IllegalArgumentException if they are of another model.
     */
    public long parameters(final ModelParameters newParameters) {
        final ModelParameters current = parameters.get();
        if (newParameters.model() != current.model()) {
            throw new IllegalArgumentException("parameters: expected those of model " + current.model().name()
                + ", actual of model " + newParameters.model().name());
        }
        return update(newParameters.values());
    }

    /** Latest parameters. */
    public ModelParameters parameters() {
        return parameters.get();
    }

    /** Counters and latencies as they are now; allocates, so call it at human pace. */
    public PipelineStats stats() {
        final PipelineCounters counters = lines.counters;
        final InputFigures input = intake.figures();
        return new PipelineStats(
            input.framesIn(),
            counters.framesDecoded.get(),
            counters.framesOut.get(),
            counters.dropped(),
            (long) intake.held() + lines.decoded.size() + process.held() + lines.completed.size() + egress.held(),
            input.audioPacketsIn(),
            counters.audioPacketsOut.get(),
            input.audioPacketsLost() + counters.audioUndecodable.get(),
            counters.audioRepairs.get(),
            input.bytesIn(),
            counters.output.publishedBytes(),
            counters.segmentsIn.get(),
            counters.segmentsLost.get(),
            counters.output.segments(),
            input.continuityErrors(),
            counters.width,
            counters.height,
            counters.parameterVersion,
            counters.decoder,
            counters.encoder,
            lines.recorders.latencies(),
            ledger(input));
    }

    /** Whether it lives, at little cost. */
    public PipelineProgress progress() {
        final PipelineCounters counters = lines.counters;
        final InputFigures input = intake.figures();
        return new PipelineProgress(
            input.framesIn(),
            counters.framesOut.get(),
            input.audioPacketsIn(),
            counters.audioPacketsOut.get(),
            counters.segmentsRead.get(),
            counters.output.publishedBytes());
    }

    /** Whether the pipeline is over and has given back everything it held. */
    public boolean isEnded() {
        return lines.isClosed();
    }

    /** Packets and frames not yet given back; 0 once {@link #isEnded()}. */
    public int outstanding() {
        return lines.packets.outstanding() + lines.passports.outstanding();
    }

    /**
     * Ends the pipeline: gives up what is in flight, counted as {@link DropReason#ABANDONED}, completes the open
     * segment and closes the output channel. Idempotent; waits for its threads, 16 s of real time at most. Called from
     * the listener it takes effect when the listener has returned.
     */
    @Override
    public void close() {
        threads.close();
    }

    private void commitSession(final FramePipelineContext context) {
        if (event.shouldCommit()) {
            event.model = context.model().name();
            event.end = lines.reports.end().name();
            event.framesIn = intake.figures().framesIn();
            event.framesOut = lines.counters.framesOut.get();
            event.framesDropped = lines.counters.droppedTotal();
            event.commit();
        }
    }

    private CopyLedger ledger(final InputFigures input) {
        final PipelineCounters counters = lines.counters;
        return new CopyLedger(
            input.demuxedBytes(),
            counters.copiedFrames.get(),
            counters.convertedFrames.get(),
            counters.scaledFrames.get(),
            counters.pixels.get(),
            counters.hostBytes.get() + counters.scaledBytes.get(),
            counters.deviceBytes.get(),
            counters.output.takenBytes(),
            counters.output.publishedBytes(),
            counters.output.heldBackBytes());
    }
}
