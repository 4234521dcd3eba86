package dev.rill.trickle.server;

import dev.rill.trickle.TrickleException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Event loop threads of one server, on epoll where it loads, else on NIO. */
final class EventLoops {
    private final MultiThreadIoEventLoopGroup group;
    private final boolean epoll;

    private EventLoops(final MultiThreadIoEventLoopGroup group, final boolean epoll) {
        this.group = group;
        this.epoll = epoll;
    }

    static EventLoops start(final String transport, final int threads) {
        final boolean epoll = !"nio".equals(transport) && Epoll.isAvailable();
        if ("epoll".equals(transport) && !epoll) {
            throw new TrickleException("transport=epoll is not available here", Epoll.unavailabilityCause());
        }
        final IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        final AtomicInteger count = new AtomicInteger();
        final ThreadFactory factory = task -> {
            final Thread thread = new Thread(task, "trickle-loop-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
        return new EventLoops(new MultiThreadIoEventLoopGroup(threads, factory, handlers), epoll);
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    String transport() {
        return epoll ? "epoll" : "nio";
    }

    ChannelFactory<? extends ServerChannel> serverChannels() {
        return epoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
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
