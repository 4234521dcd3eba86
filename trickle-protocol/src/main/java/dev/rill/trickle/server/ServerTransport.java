package dev.rill.trickle.server;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** How a server reaches the kernel. */
enum ServerTransport {
    EPOLL,
    NIO,
    IO_URING;

    /** The transport of this name; {@code auto} is epoll where it loads, else NIO. */
    static ServerTransport of(final String name) {
        return switch (name) {
            case "epoll" -> EPOLL;
            case "nio" -> NIO;
            case "io_uring" -> IO_URING;
            default -> Epoll.isAvailable() ? EPOLL : NIO;
        };
    }

    boolean isAvailable() {
        return whyUnavailable() == null;
    }

    /** Null where it is available. */
    Throwable whyUnavailable() {
        return switch (this) {
            case EPOLL -> Epoll.unavailabilityCause();
            case IO_URING -> IoUring.unavailabilityCause();
            default -> null;
        };
    }

    IoHandlerFactory handlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    ChannelFactory<? extends ServerChannel> serverChannels() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel::new;
            case IO_URING -> IoUringServerSocketChannel::new;
            default -> NioServerSocketChannel::new;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
