package dev.rill.frame;

import dev.rill.frame.codec.MediaException;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeException;
import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.ModelParameters;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Second stage: keeps the bridge's window full and takes its results. A result counts against the window until the next
 * stage has taken it, so what waits, waits undecided in front of the bridge. Parameters are read once per frame, at
 * submission: a change takes effect between two frames, behind those in the window.
 * <p>
 * Where the model passes frames through, the slot that the decoder wrote is the result as well. A frame of another
 * format waits until the session has delivered all its results; then the session is replaced.
 */
final class ProcessAgent extends StageAgent implements CompletionHandler {
    private final Bridge bridge;
    private final FramePipelineContext context;
    private final AtomicReference<ModelParameters> parameters;
    private final StageAgent egress;
    private final int window;
    private final boolean handsOn;
    private final LiveLimits limits;
    private final Backlog backlog;
    private final OutputSize outputSize;
    private final ArrayDeque<FramePassport> flying;
    private FramePassport next;
    private FrameFormat format;
    private FramePool results;
    private InferencePort port;

    ProcessAgent(
        final PipelineLines lines,
        final FramePipelineContext context,
        final AtomicReference<ModelParameters> parameters,
        final StageAgent egress) {
        super(lines, "trickle-pipeline-process");
        this.context = context;
        this.parameters = parameters;
        this.egress = egress;
        bridge = context.bridge();
        window = context.inFlightWindow();
        limits = new LiveLimits(context);
        backlog = new Backlog(context);
        outputSize = new OutputSize(context, lines.counters, window + 2);
        handsOn = context.model().passesThrough();
        flying = new ArrayDeque<>(window + 1);
    }

    @Override
    public void onCompletion(
        final long ticket,
        final int status,
        final FrameSlot in,
        final FrameSlot out,
        final long parameterVersion,
        final long deviceStartNs,
        final long deviceEndNs) {
        final FramePassport passport = flying.peek();
        in.release();
        backlog.onCompletion(passport, deviceStartNs, deviceEndNs);
        if (status != BridgeSession.OK) {
            out.release();
            flying.poll();
            lines.reports.warn(StreamError.Code.INFERENCE,
                "model " + context.model().name() + " failed on " + passport + ": status " + status + said());
            lines.drop(passport, DropReason.INFERENCE_FAILED);
            return;
        }
        if (in != out) {
            PipelineCounters.add(lines.counters.deviceBytes, out.format().pictureBytes());
        }
        passport.onCompleted(out, parameterVersion, deviceStartNs, deviceEndNs, lines.clock.nanoTime());
        if (!lines.completed.offer(passport)) {
            throw new IllegalStateException("no room for completed " + passport);
        }
        flying.poll();
    }

    @Override
    int work() {
        if (lines.processDone || lines.failure() != null) {
            return 0;
        }
        final boolean nothingWillCome = lines.intakeDone;
        final int completions = pollCompletions();
        final int submissions = submitWaiting();
        if (nothingWillCome && next == null && flying.isEmpty() && lines.decoded.isEmpty()) {
            closePort();
            outputSize.close();
            lines.processDone = true;
            egress.wake();
        } else if (completions > 0) {
            egress.wake();
        }
        return completions + submissions;
    }

    @Override
    boolean isAtRest() {
        return flying.isEmpty() && next == null && lines.decoded.isEmpty() && !lines.intakeDone
            && lines.failure() == null;
    }

    @Override
    int countHeld() {
        return flying.size() + (next == null ? 0 : 1);
    }

    @Override
    void release() {
        try {
            closePort();
        } finally {
            outputSize.close();
            while (!flying.isEmpty()) {
                lines.drop(flying.poll(), DropReason.ABANDONED);
            }
            if (next != null) {
                lines.drop(next, DropReason.ABANDONED);
                next = null;
            }
        }
    }

    private int pollCompletions() {
        return port == null ? 0 : port.poll(this, window);
    }

    private int submitWaiting() {
        int work = 0;
        while (busy() < (backlog.isStanding() ? 1 : window) && prepareNext() && submitNext()) {
            work++;
        }
        backlog.observe(next != null || !lines.decoded.isEmpty(), busy() > 0);
        return work;
    }

    private int busy() {
        return flying.size() + lines.completed.size();
    }

    /** Takes the next frame and makes sure that the session fits it. */
    private boolean prepareNext() {
        takeNext();
        if (next == null || !fitNext()) {
            return false;
        }
        if (next.slot.format().equals(format)) {
            return true;
        }
        return flying.isEmpty() && open(next.slot.format());
    }

    /** Brings the next frame to the size of the output; returns false while there is no room for it. */
    private boolean fitNext() {
        try {
            final FrameSlot fitted = outputSize.fit(next.slot);
            if (fitted != null) {
                next.slot = fitted;
            }
            return fitted != null;
        } catch (final BridgeException | MediaException ex) {
            lines.fail(StreamError.Code.INFERENCE, "size of the output: " + ex.getMessage());
            return false;
        }
    }

    /** The oldest frame that is not too old; the freshest if none is, or where frames come faster than they leave. */
    private void takeNext() {
        if (next == null) {
            next = lines.decoded.poll();
        }
        if (backlog.isStanding()) {
            takeFreshest();
        }
        while (next != null && limits.isTooOld(next)) {
            final FramePassport fresher = lines.decoded.poll();
            if (fresher == null) {
                return;
            }
            lines.drop(next, DropReason.TOO_OLD);
            next = fresher;
        }
    }

    private void takeFreshest() {
        FramePassport fresher = lines.decoded.poll();
        while (fresher != null) {
            lines.drop(next, DropReason.OVERRUN);
            next = fresher;
            fresher = lines.decoded.poll();
        }
    }

    /** What the model has to say of it. */
    private String said() {
        return port == null || port.failure().isEmpty() ? "" : ", " + port.failure();
    }

    private boolean open(final FrameFormat newFormat) {
        closePort();
        try {
            results = handsOn ? null : bridge.newResultPool(newFormat, window + 2);
            port = context.inference().open(bridge, context.model(), newFormat, window);
            format = newFormat;
            return true;
        } catch (final BridgeException ex) {
            lines.fail(StreamError.Code.INFERENCE,
                "session of model " + context.model().name() + " for " + newFormat + ": " + ex.getMessage());
            return false;
        }
    }

    private void closePort() {
        if (results != null) {
            results.close();
            results = null;
        }
        format = null;
        if (port != null) {
            final InferencePort closing = port;
            port = null;
            closing.close();
        }
    }

    private boolean submitNext() {
        final FrameSlot in = next.slot;
        final FrameSlot out = handsOn ? in.retain() : results.acquire();
        if (out == null) {
            return false;
        }
        final ModelParameters current = parameters.get();
        next.onSubmitting(lines.clock.nanoTime());
        final long ticket;
        try {
            ticket = port.submit(in, out, current);
        } finally {
            out.release();
        }
        if (ticket >= 0) {
            in.release();
            next.slot = null;
            flying.add(next);
            next = null;
            lines.counters.parameterVersion = current.version();
            return true;
        }
        if (ticket != BridgeSession.BACK_PRESSURED) {
            lines.fail(StreamError.Code.INFERENCE, "bridge refuses " + next + ": code " + ticket + said());
        }
        return false;
    }
}
