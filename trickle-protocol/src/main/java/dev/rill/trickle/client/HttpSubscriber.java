package dev.rill.trickle.client;

import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import io.netty.channel.EventLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The application's side of a {@link Subscription}. Polled by one thread, closed by any. */
final class HttpSubscriber implements TrickleSubscriber {
    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final EventLoop loop;
    private final EventQueue events;
    private final Subscription subscription;
    private final Consumer<HttpSubscriber> onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    HttpSubscriber(final Transport transport, final String target, final Consumer<HttpSubscriber> onClose) {
        this.loop = transport.nextLoop();
        this.onClose = onClose;
        this.events = new EventQueue(transport.context().maxQueuedBytes(), this::onRoom);
        this.subscription = new Subscription(transport, loop, target, events);
    }

    void start(final long first) {
        loop.execute(() -> subscription.start(first));
    }

    @Override
    public int poll(final SegmentHandler handler, final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit + ", expected >= 1");
        }
        return events.poll(handler, limit);
    }

    @Override
    public void onReadable(final Runnable onReadable) {
        events.onReadable(onReadable);
        if (!events.isEmpty() && onReadable != null) {
            execute(onReadable);
        }
    }

    @Override
    public boolean isEnded() {
        return events.isEnded();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        final CountDownLatch done = new CountDownLatch(1);
        final boolean accepted = execute(() -> {
            subscription.cancel();
            events.close();
            done.countDown();
        });
        if (!accepted) {
            events.close();
        } else if (!loop.inEventLoop()) {
            await(done);
        }
        onClose.accept(this);
    }

    private void onRoom() {
        execute(subscription::onRoom);
    }

    private boolean execute(final Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (final RejectedExecutionException e) {
            return false;
        }
    }

    private static void await(final CountDownLatch done) {
        try {
            done.await(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
