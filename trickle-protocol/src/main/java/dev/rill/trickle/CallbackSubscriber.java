package dev.rill.trickle;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription that calls its handler by itself whenever something has arrived; for any carriage. Opened by
 * {@link Trickle#subscribe(String, long, SegmentHandler, Executor)}.
 * <p>
 * The handler is called by one thread at a time, and what it has seen happens before its next call. While it is at work
 * nothing more is taken from the carriage, so a slow handler pushes back on the peer as a subscriber that is not polled
 * does, and is told the gap when it has fallen too far behind. A handler that throws ends the subscription: it is
 * closed, the failure logged and kept, and the handler not called again.
 */
public final class CallbackSubscriber implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(CallbackSubscriber.class);
    private static final int BATCH = 64;
    private static final Executor DIRECT = Runnable::run;

    private final TrickleSubscriber subscriber;
    private final SegmentHandler handler;
    private final Executor executor;
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final Runnable work = this::work;
    private volatile Throwable failure;

    private CallbackSubscriber(final TrickleSubscriber subscriber, final SegmentHandler handler,
        final Executor executor) {
        this.subscriber = subscriber;
        this.handler = handler;
        this.executor = executor;
    }

    /**
     * Lets a subscriber call a handler from now on.
     *
     * @param subscriber polled and closed by the result only.
     * @param handler    called until the end of the subscription.
     * @param executor   where the handler is called, or null for the threads of the carriage.
     * @return the running subscription.
     */
    public static CallbackSubscriber start(final TrickleSubscriber subscriber, final SegmentHandler handler,
        final Executor executor) {
        final CallbackSubscriber result = new CallbackSubscriber(
            subscriber, handler, executor == null ? DIRECT : executor);
        subscriber.onReadable(result::wake);
        return result;
    }

    /** True once {@link SegmentHandler#onEnd} was called. Any thread. */
    public boolean isEnded() {
        return subscriber.isEnded();
    }

    /** What the handler or the executor threw, which ended the subscription; null if nothing was. Any thread. */
    public Throwable failure() {
        return failure;
    }

    /**
     * Ends the subscription; the handler is told so, on the thread that closes or where it is always called. A call
     * under way is not waited for. Idempotent, any thread, the handler's included.
     */
    @Override
    public void close() {
        subscriber.close();
        wake();
    }

    /** Whoever finds no work under way starts it; others only leave a mark, so that nothing is missed. */
    private void wake() {
        if (wakeUps.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        try {
            executor.execute(work);
        } catch (final RejectedExecutionException e) {
            fail(e);
        }
    }

    private void work() {
        try {
            int marks = wakeUps.get();
            while (marks != 0 && failure == null) {
                if (subscriber.poll(handler, BATCH) < BATCH) {
                    marks = wakeUps.addAndGet(-marks);
                } else if (executor != DIRECT) {
                    submit();
                    return;
                }
            }
        } catch (final RuntimeException | Error e) {
            fail(e);
            if (e instanceof Error) {
                throw e;
            }
        }
    }

    /** No more work is started: the marks are never taken away again. */
    private void fail(final Throwable cause) {
        failure = cause;
        LOGGER.warn("subscription closed because its handler or executor failed", cause);
        subscriber.close();
    }
}
