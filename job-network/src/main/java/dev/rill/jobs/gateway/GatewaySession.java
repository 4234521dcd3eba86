package dev.rill.jobs.gateway;

import dev.rill.frame.sink.ResultSink;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.Json;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.jobs.session.SessionReply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;

/**
 * The gateway role of one session: starts it at an orchestrator, publishes the source, takes the result, sends
 * parameters and keepalives, and keeps the engine's status.
 * <p>
 * Two threads of its own, {@code trickle-gateway-publish} and {@code trickle-gateway-result}; both are gone after
 * {@link #close}. Safe for use by any thread.
 */
public final class GatewaySession implements AutoCloseable {
    private static final int POLL_LIMIT = 64;
    private static final long IDLE_NS = 1_000_000L;
    private static final long GRACE_MS = 2_000L;
    private static final long JOIN_MS = 10_000L;
    private static final long FAREWELL_NS = 1_000_000_000L;

    private final GatewayContext context;
    private final SessionReply urls;
    private final ResultSink sink;
    private final SessionLines lines;
    private final FrameLedger ledger = new FrameLedger();
    private final SessionProgress progress = new SessionProgress();
    private final EventLog events = new EventLog(progress);
    private final DocumentReader eventReader = new DocumentReader(events::onDocument, events::onEnd);
    private final ControlQueue controls;
    private final ResultLoop resultLoop;
    private final Thread publishThread;
    private final Thread resultThread;

    private GatewaySession(
        final GatewayContext context, final SessionReply urls, final ResultSink sink, final SessionLines lines) {
        this.context = context;
        this.urls = urls;
        this.sink = sink;
        this.lines = lines;
        controls = new ControlQueue(context.clock().nanoTime());
        resultLoop = new ResultLoop(ledger, progress, sink, context.clock());
        publishThread =
            new Thread(new PublishLoop(context, lines.in, ledger, progress), "trickle-gateway-publish");
        resultThread = new Thread(this::takeResult, "trickle-gateway-result");
        publishThread.setDaemon(true);
        resultThread.setDaemon(true);
        lines.result.onReadable(() -> LockSupport.unpark(resultThread));
    }

    /**
     * Starts a session and begins to publish.
     *
     * @param context options; used up. The source is closed also when the start fails; the sink is opened once the
     *                orchestrator has agreed.
     * @return the running session.
     * @throws dev.rill.jobs.JobException when the orchestrator refuses or cannot be reached.
     */
    public static GatewaySession launch(final GatewayContext context) {
        context.conclude();
        ResultSink sink = null;
        SessionLines lines = null;
        try {
            final SessionReply urls = context.link().start(context.request());
            lines = new SessionLines(context.link(), urls);
            sink = context.sink().get();
            final GatewaySession session = new GatewaySession(context, urls, sink, lines);
            session.resultThread.start();
            session.publishThread.start();
            return session;
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(context.source(), lines, sink);
            throw e;
        }
    }

    /** The session's URLs, as the orchestrator gave them. */
    public SessionReply urls() {
        return urls;
    }

    /**
     * Sends parameters to the engine; they replace those named, from one of the next frames on.
     *
     * @param parameters by name; checked by the engine, which answers with an error event.
     * @return false, and nothing is sent, when {@value ControlQueue#CAPACITY} documents wait already.
     */
    public boolean control(final Map<String, ?> parameters) {
        final boolean taken = controls.offer(Json.write(parameters));
        if (!taken) {
            progress.controlsRefused.incrementAndGet();
        }
        return taken;
    }

    /** Every frame that left and came back. */
    public FrameLedger ledger() {
        return ledger;
    }

    /** The last status event of the engine, or null before the first. */
    public SessionEvent lastStatus() {
        return events.lastStatus();
    }

    /** The latest {@value EventLog#KEPT_ERRORS} error events of the engine, oldest first. */
    public List<SessionEvent> errors() {
        return events.errors();
    }

    /** Ends the source early; what is under way still arrives. */
    public void stop() {
        progress.requestStop();
    }

    /**
     * Waits until source and result are over.
     *
     * @param timeoutMs how long.
     * @return whether they are.
     * @throws InterruptedException when the waiting thread is interrupted.
     */
    public boolean awaitEnd(final long timeoutMs) throws InterruptedException {
        resultThread.join(Math.max(1, timeoutMs));
        return !resultThread.isAlive();
    }

    /** What there is to report, at any time. */
    public GatewayReport report() {
        return GatewayReport.of(progress, ledger);
    }

    /** Stops, gives what is under way {@value #GRACE_MS} ms to arrive, then lets go of everything. */
    @Override
    public void close() {
        stop();
        join(publishThread, GRACE_MS);
        join(resultThread, GRACE_MS);
        progress.cancel();
        context.source().close(); // Ends a read that waits for a peer; only now, for it may wait for the reader itself.
        join(publishThread, JOIN_MS);
        join(resultThread, JOIN_MS);
        lines.close();
    }

    private void takeResult() {
        try {
            long lastWorkNs = context.clock().nanoTime();
            while (!isOver(lastWorkNs)) {
                if (work() > 0 || publishThread.isAlive()) {
                    lastWorkNs = context.clock().nanoTime();
                } else if (context.clock().nanoTime() - lastWorkNs >= context.stallTimeoutNs()) {
                    progress.fail("the session did not end within "
                        + context.stallTimeoutNs() / 1_000_000L + " ms of its input");
                }
                LockSupport.parkNanos(IDLE_NS);
            }
        } catch (final RuntimeException e) {
            progress.fail("taking the result failed: " + e);
            progress.onResultEnded();
        } finally {
            closeSink();
        }
    }

    private int work() {
        int work = controls.send(lines.control, context.clock().nanoTime());
        if (!progress.isResultEnded()) {
            work += lines.result.poll(resultLoop, POLL_LIMIT);
        }
        if (!events.isEnded()) {
            work += lines.events.poll(eventReader, POLL_LIMIT);
        }
        return work;
    }

    /** A session that failed gives the engine's last words a moment to arrive. */
    private boolean isOver(final long lastWorkNs) {
        if (publishThread.isAlive()) {
            return false;
        }
        final boolean quiet = context.clock().nanoTime() - lastWorkNs >= FAREWELL_NS;
        return events.isEnded() && (progress.isResultEnded() || progress.failure() != null)
            || quiet && progress.failure() != null || progress.isCancelled();
    }

    private void closeSink() {
        try {
            sink.close();
        } catch (final RuntimeException e) {
            progress.fail(e.getMessage());
        }
    }

    private static void join(final Thread thread, final long timeoutMs) {
        try {
            thread.join(timeoutMs);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
