package dev.rill.trickle.client;

import dev.rill.trickle.HttpTrickleContext;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads, sockets and pipelines of one carriage. Any thread.
 * <p>
 * A pipeline begins with TLS where the base URI asks for it. For HTTP/1.1 it goes on with {@value #DECODER} and
 * {@value #EXCHANGE}; requests are written as finished bytes, without encoder.
 * The decoder hands on slices of the receive buffers, whatever the chunk size, and strings receive buffers together
 * where a line is split between two of them, so body bytes are not copied.
 */
final class Transport {
    private static final String TLS = "tls";
    private static final String ATTEMPT = "attempt";
    private static final String DECODER = "http-decoder";
    private static final String EXCHANGE = "http-exchange";
    private static final int MAX_HEAD_BYTES = 64 << 10;
    /** Large enough that a head and a usual chunk arrive in one piece, small enough to be pinned by a few bytes. */
    private static final int MIN_READ_BYTES = 8 << 10;
    private static final int INITIAL_READ_BYTES = 16 << 10;
    private static final int MAX_READ_BYTES = 256 << 10;
    private static final long STOP_TIMEOUT_MS = 2_000;

    private final HttpTrickleContext context;
    private final Origin origin;
    private final ClientCounters counters = new ClientCounters();
    private final boolean epoll;
    private final SslContext tls;
    private final EventLoopGroup group;
    private final Map<EventLoop, SharedConnections> shared = new IdentityHashMap<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosing;

    Transport(final HttpTrickleContext context) {
        this.context = context;
        this.origin = new Origin(context.baseUri(), context.bearerToken());
        this.tls = origin.isSecure() ? Tls.context(context) : null;
        this.epoll = context.nativeTransport() && Epoll.isAvailable();
        final ThreadFactory factory = context.threadFactory() != null ? context.threadFactory()
            : new DefaultThreadFactory("trickle-client", true);
        final ThreadFactory recording = task -> newThread(factory, task);
        this.group = new MultiThreadIoEventLoopGroup(context.eventLoopThreads(), recording,
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        for (final EventExecutor executor : group) {
            shared.put((EventLoop) executor, new SharedConnections(this));
        }
    }

    HttpTrickleContext context() {
        return context;
    }

    Origin origin() {
        return origin;
    }

    ClientCounters counters() {
        return counters;
    }

    EventLoop nextLoop() {
        return group.next();
    }

    /** Whether the caller runs on one of our event loops, where it must not wait. */
    boolean inEventLoop() {
        for (final EventExecutor executor : group) {
            if (executor.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /** The maker of connections on {@code loop}. */
    SharedConnections shared(final EventLoop loop) {
        return shared.get(loop);
    }

    /** Whether a connection may turn out to speak HTTP/2. */
    boolean maySpeakHttp2() {
        return Tls.isHttp2Only(context) || tls != null && !Tls.isHttp1Only(context);
    }

    /** Connects on {@code loop} and agrees upon a protocol; TCP and TLS each within the connect time-out. */
    void connect(final EventLoop loop, final InetSocketAddress address, final Attempt.Listener listener) {
        final Attempt attempt = new Attempt(listener, Tls.isHttp2Only(context));
        bootstrap(loop, attempt, address.getPort()).connect(address).addListener(f -> {
            final Channel channel = ((ChannelFuture) f).channel();
            if (!f.isSuccess()) {
                attempt.onFailed(channel, f.cause());
            } else if (tls == null) {
                attempt.onConnected(channel);
            }
        });
    }

    /** Makes an established connection speak HTTP/1.1. */
    H1Connection http1(final Channel channel, final Connections client) {
        final H1Connection connection = new H1Connection(client, channel);
        channel.pipeline().addLast(DECODER, newDecoder()).addLast(EXCHANGE, connection);
        return connection;
    }

    private Bootstrap bootstrap(final EventLoop loop, final Attempt attempt, final int port) {
        return new Bootstrap().group(loop)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMs())
            .option(ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, INITIAL_READ_BYTES, MAX_READ_BYTES))
            .handler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(final Channel channel) {
                    if (!adopt(channel)) {
                        channel.unsafe().close(channel.voidPromise());
                    } else if (tls != null) {
                        final SslHandler handler = tls.newHandler(channel.alloc(), origin.peerName(), port);
                        handler.setHandshakeTimeoutMillis(connectTimeoutMs());
                        channel.pipeline().addLast(TLS, handler).addLast(ATTEMPT, attempt);
                    }
                }
            });
    }

    /** Keeps a channel to close it; false if everything is being closed already. */
    private boolean adopt(final Channel channel) {
        channels.add(channel);
        channel.closeFuture().addListener(f -> channels.remove(channel));
        return !isClosing;
    }

    /**
     * Closes every channel. Event loops do that as well, but not one that is told to stop between two looks of its own:
     * without a quiet period it ends without, and leaves sockets and TLS behind.
     */
    private void closeChannels() {
        isClosing = true;
        for (final Channel channel : channels) {
            channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
        }
    }

    /** Stops the threads and waits for their end; bounded, and without waiting when called on one of them. */
    void close() {
        closeChannels();
        group.shutdownGracefully(0, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        // The connections that are left hold their own references.
        ReferenceCountUtil.release(tls);
        if (inEventLoop()) {
            return;
        }
        try {
            group.terminationFuture().await(STOP_TIMEOUT_MS);
            for (final Thread thread : threads) {
                thread.join(STOP_TIMEOUT_MS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread newThread(final ThreadFactory factory, final Runnable task) {
        final Thread thread = factory.newThread(task);
        if (thread == null) {
            throw new IllegalStateException("threadFactory=" + factory + " made no thread");
        }
        threads.add(thread);
        return thread;
    }

    private int connectTimeoutMs() {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(context.connectTimeoutNs()));
    }

    private static HttpResponseDecoder newDecoder() {
        final HttpResponseDecoder decoder = new HttpResponseDecoder(new HttpDecoderConfig()
            .setMaxHeaderSize(MAX_HEAD_BYTES).setMaxChunkSize(Integer.MAX_VALUE).setValidateHeaders(false));
        decoder.setCumulator(ByteToMessageDecoder.COMPOSITE_CUMULATOR);
        return decoder;
    }
}
