package dev.rill.trickle.server;

import dev.rill.trickle.TrickleException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Event loop threads of one server, on the transport that was asked for or the best that loads. */
final class EventLoops {
    private final MultiThreadIoEventLoopGroup group;
    private final ServerTransport transport;

    private EventLoops(final MultiThreadIoEventLoopGroup group, final ServerTransport transport) {
        this.group = group;
        this.transport = transport;
    }

    static EventLoops start(final String wanted, final int threads) {
        final ServerTransport transport = ServerTransport.of(wanted);
        if (!transport.isAvailable()) {
            throw new TrickleException("transport=" + wanted + " is not available here", transport.whyUnavailable());
        }
        final AtomicInteger count = new AtomicInteger();
        final ThreadFactory factory = task -> {
            final Thread thread = new Thread(task, "trickle-loop-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
        return new EventLoops(new MultiThreadIoEventLoopGroup(threads, factory, transport.handlers()), transport);
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    ServerTransport transport() {
        return transport;
    }

    EventLoop first() {
        return (EventLoop) group.iterator().next();
    }

    boolean isOnLoop() {
        for (final EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    void schedule(final long delayNs, final Runnable task) {
        try {
            first().schedule(task, delayNs, TimeUnit.NANOSECONDS);
        } catch (final RejectedExecutionException e) {
            // Closed: nothing is left that could expire.
            return;
        }
    }

    /** Waits until every loop has run what was queued on it before, which includes wake-ups. */
    void awaitIdle(final long timeoutNs) {
        for (final EventExecutor loop : group) {
            try {
                loop.submit(() -> { }).awaitUninterruptibly(timeoutNs, TimeUnit.NANOSECONDS);
            } catch (final RejectedExecutionException e) {
                return;
            }
        }
    }

    void close(final long timeoutNs) {
        group.shutdownGracefully(0, timeoutNs, TimeUnit.NANOSECONDS)
            .awaitUninterruptibly(timeoutNs, TimeUnit.NANOSECONDS);
    }
}
