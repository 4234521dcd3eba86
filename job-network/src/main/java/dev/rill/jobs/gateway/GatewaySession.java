package dev.rill.jobs.gateway;

import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.DocumentWriter;
import dev.rill.jobs.session.Json;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.jobs.session.SessionReply;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private static final long JOIN_MS = 10_000L;

    private final GatewayContext context;
    private final SessionReply reply;
    private final FrameLedger ledger = new FrameLedger();
    private final SessionProgress progress = new SessionProgress();
    private final Queue<byte[]> controlQueue = new ConcurrentLinkedQueue<>();
    private final List<SessionEvent> errors = new CopyOnWriteArrayList<>();
    private final ResultLoop resultLoop;
    private final TrickleSubscriber result;
    private final TrickleSubscriber events;
    private final DocumentReader eventReader;
    private final DocumentWriter control;
    private final Thread publishThread;
    private final Thread resultThread;
    private volatile SessionEvent lastStatus;
    private volatile boolean eventsEnded;
    private long nextKeepAliveNs;

    private GatewaySession(final GatewayContext context, final SessionReply reply) {
        this.context = context;
        this.reply = reply;
        final Trickle trickle = context.link().trickle();
        control = new DocumentWriter(trickle.publish(SessionUrls.channel(reply.controlUrl())));
        final TricklePublisher in = trickle.publish(SessionUrls.channel(reply.publishUrl()));
        result = trickle.subscribe(SessionUrls.channel(reply.subscribeUrl()), Trickle.CURRENT);
        events = trickle.subscribe(SessionUrls.channel(reply.eventsUrl()), Trickle.CURRENT);
        eventReader = new DocumentReader(this::onEvent, this::onEventsEnd);
        resultLoop = new ResultLoop(ledger, progress, context.sink(), context.clock());
        publishThread =
            new Thread(new PublishLoop(context, in, ledger, progress), "trickle-gateway-publish");
        resultThread = new Thread(this::takeResult, "trickle-gateway-result");
        nextKeepAliveNs = context.clock().nanoTime() + ControlDocument.KEEP_ALIVE_INTERVAL_NS;
        result.onReadable(() -> LockSupport.unpark(resultThread));
    }

    /**
     * Starts a session and begins to publish.
     *
     * @param context options; used up. Source and sink are closed also when the start fails.
     * @return the running session.
     * @throws dev.rill.jobs.JobException when the orchestrator refuses or cannot be reached.
     */
    public static GatewaySession launch(final GatewayContext context) {
        context.conclude();
        try {
            final GatewaySession session = new GatewaySession(context, context.link().start(context.request()));
            session.publishThread.setDaemon(true);
            session.resultThread.setDaemon(true);
            session.resultThread.start();
            session.publishThread.start();
            return session;
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(context.source(), context.sink());
            throw e;
        }
    }

    /** The session's URLs, as the orchestrator gave them. */
    public SessionReply urls() {
        return reply;
    }

    /**
     * Sends parameters to the engine; they replace those named, from one of the next frames on.
     *
     * @param parameters by name; checked by the engine, which answers with an error event.
     */
    public void control(final Map<String, ?> parameters) {
        controlQueue.add(Json.write(parameters));
    }

    /** Every frame that left and came back. */
    public FrameLedger ledger() {
        return ledger;
    }

    /** The last status event of the engine, or null before the first. */
    public SessionEvent lastStatus() {
        return lastStatus;
    }

    /** Error events of the engine, in order. */
    public List<SessionEvent> errors() {
        return List.copyOf(errors);
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

    @Override
    public void close() {
        progress.requestStop();
        join(publishThread);
        join(resultThread);
        CloseHelper.closeAll(control, result, events);
    }

    private void takeResult() {
        try {
            long lastWorkNs = context.clock().nanoTime();
            while (!isOver()) {
                final long nowNs = context.clock().nanoTime();
                if (work() > 0 || publishThread.isAlive()) {
                    lastWorkNs = nowNs;
                } else if (nowNs - lastWorkNs >= context.stallTimeoutNs()) {
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
        int work = 0;
        if (!progress.isResultEnded()) {
            work += result.poll(resultLoop, POLL_LIMIT);
        }
        if (!eventsEnded) {
            work += events.poll(eventReader, POLL_LIMIT);
        }
        return work + sendControl();
    }

    private int sendControl() {
        final byte[] document = controlQueue.poll();
        if (document != null) {
            control.write(document);
            return 1;
        }
        final long nowNs = context.clock().nanoTime();
        if (nowNs - nextKeepAliveNs >= 0) {
            nextKeepAliveNs = nowNs + ControlDocument.KEEP_ALIVE_INTERVAL_NS;
            control.write(ControlDocument.keepAlive());
        }
        return 0;
    }

    private boolean isOver() {
        final boolean publishing = publishThread.isAlive();
        return !publishing && (progress.failure() != null || progress.isResultEnded() && eventsEnded);
    }

    private void onEvent(final byte[] document) {
        try {
            final SessionEvent event = SessionEvent.fromJson(document);
            if ("status".equals(event.type())) {
                lastStatus = event;
            } else if ("error".equals(event.type())) {
                errors.add(event);
            }
        } catch (final IllegalArgumentException e) {
            progress.malformedEvents.incrementAndGet();
        }
    }

    private void onEventsEnd(final EndReason reason) {
        eventsEnded = true;
    }

    private void closeSink() {
        try {
            context.sink().close();
        } catch (final RuntimeException e) {
            progress.fail(e.getMessage());
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join(JOIN_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
