package dev.rill.trickle.server;

import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.channel.ChannelCounters;
import dev.rill.trickle.channel.ChannelPolicy;
import dev.rill.trickle.channel.ChannelRegistry;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.Engine;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener, its event loops and its connections. Any thread. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(HttpServer.class);
    private static final long RELEASE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long FOLLOWER_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long STOP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    /** Holds a chunk of seven transport packets with its framing, so that one write of it is one read. */
    private static final int MIN_READ = 2 << 10;
    private static final int INITIAL_READ = 8 << 10;
    private static final int MAX_READ = 64 << 10;

    private final TrickleServerContext context;
    private final EventLoops loops;
    private final ChannelRegistry registry;
    private final Protocols protocols;
    private final Dispatcher dispatcher;
    private final ChannelGroup connections;
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final Map<EventLoop, LoopState> loopStates = new ConcurrentHashMap<>();
    private final Channel listener;
    private volatile boolean closing;

    private HttpServer(
        final TrickleServerContext context, final Protocols protocols, final EventLoops loops,
        final ChannelRegistry registry) {
        this.context = context;
        this.protocols = protocols;
        this.loops = loops;
        this.registry = registry;
        this.connections = new DefaultChannelGroup("connections", loops.first(), true);
        this.dispatcher = new Dispatcher(registry, context);
        this.listener = bind(registry.engine().blocks().allocator());
        loops.first().scheduleAtFixedRate(
            registry::sweep, context.sweepIntervalNs(), context.sweepIntervalNs(), TimeUnit.NANOSECONDS);
        LOGGER.info("trickle server started: address={} transport={} loops={} basePath={} autocreate={}",
            listener.localAddress(), loops.transport(), context.eventLoopThreads(), context.basePath(),
            context.autocreate());
        LOGGER.debug("effective options: {}", context);
    }

    /**
     * Binds and serves.
     *
     * @param context   concluded.
     * @param protocols what its connections speak.
     * @return a working server with its own channels.
     * @throws TrickleException if the address cannot be listened on; nothing is left open.
     */
    public static HttpServer launch(final TrickleServerContext context, final Protocols protocols) {
        final EventLoops loops = EventLoops.start(context.transport(), context.eventLoopThreads());
        try {
            final int feed = context.changefeed() ? context.changefeedRetainedSegments() : 0;
            final Engine engine = Engine.create(ChannelPolicy.of(context), loops::schedule, context.nanoClock());
            return new HttpServer(context, protocols, loops, new ChannelRegistry(engine, feed));
        } catch (final RuntimeException e) {
            loops.close(STOP_TIMEOUT_NS);
            throw e;
        }
    }

    /** Channels served. */
    public ChannelRegistry registry() {
        return registry;
    }

    /** TCP port that is listened on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** True on one of the event loops of this server, where nothing may wait. */
    public boolean isOnLoop() {
        return loops.isOnLoop();
    }

    /**
     * Closes every channel, which releases all parked parties with the closed marker and lets nobody park any more;
     * lets those who follow the changefeed read what it says of that; then closes listener, connections and event
     * loops. Bounded in time: waits for slow peers for a second at most each time.
     */
    @Override
    public void close() {
        final boolean followed = registry.changefeed() != null && registry.changefeed().readers() > 0;
        closing = !followed;
        registry.closeChannels();
        if (followed) {
            awaitFollowers();
            closing = true;
        }
        listener.close().awaitUninterruptibly(RELEASE_TIMEOUT_NS, TimeUnit.NANOSECONDS);
        loops.awaitIdle(RELEASE_TIMEOUT_NS);
        connections.close().awaitUninterruptibly(RELEASE_TIMEOUT_NS, TimeUnit.NANOSECONDS);
        loops.close(STOP_TIMEOUT_NS);
        registry.close();
        LOGGER.info("trickle server closed: address={}", listener.localAddress());
    }

    /** Waits until the changefeed has had no reader for a while: over HTTP each event is a request of its own. */
    private void awaitFollowers() {
        final long beginNs = System.nanoTime();
        long seenNs = beginNs;
        long nowNs = beginNs;
        while (nowNs - beginNs < RELEASE_TIMEOUT_NS && nowNs - seenNs < FOLLOWER_PAUSE_NS) {
            LockSupport.parkNanos(FOLLOWER_PAUSE_NS / 100);
            nowNs = System.nanoTime();
            seenNs = registry.changefeed().readers() > 0 ? nowNs : seenNs;
        }
    }

    /** True once the server has begun to stop. */
    public boolean isClosing() {
        return closing;
    }

    ChannelCounters counters() {
        return registry.engine().counters();
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    LoopState loopState(final EventLoop loop) {
        return loopStates.computeIfAbsent(loop, LoopState::new);
    }

    long provisionalIntervalNs() {
        return context.provisionalIntervalNs();
    }

    int maxProvisionals() {
        return context.maxProvisionals();
    }

    long readerStallTimeoutNs() {
        return context.readerStallTimeoutNs();
    }

    /** How long a connection that was answered early is read and discarded. */
    public long connectionLingerNs() {
        return context.connectionLingerNs();
    }

    /** Something of a carriage is counted. */
    public void count(final Counter counter) {
        counters().increment(counter);
    }

    /**
     * For a connection on which a head, a handshake or a preface has begun.
     *
     * @param socket    of the connection.
     * @param onExpired ends it; counted before.
     * @return not running; to be cancelled when the connection is gone.
     */
    public Deadline headDeadline(final Channel socket, final Runnable onExpired) {
        return deadline(socket, context.headTimeoutNs(), Counter.HEADS_TIMED_OUT, onExpired);
    }

    /**
     * For a connection that was used and has nothing to do.
     *
     * @param socket    of the connection.
     * @param onExpired ends it; counted before.
     * @return not running; to be cancelled when the connection is gone.
     */
    public Deadline idleDeadline(final Channel socket, final Runnable onExpired) {
        return deadline(socket, context.keepAliveTimeoutNs(), Counter.CONNECTIONS_IDLE, onExpired);
    }

    private Deadline deadline(
        final Channel socket, final long timeoutNs, final Counter reason, final Runnable onExpired) {
        return new Deadline(socket.eventLoop(), context.nanoClock(), timeoutNs, () -> {
            counters().increment(reason);
            onExpired.run();
        });
    }

    /** A connection could not agree on TLS. */
    public void handshakeFailed(final Throwable cause) {
        counters().increment(Counter.HANDSHAKES_FAILED);
        LOGGER.debug("TLS handshake failed", cause);
    }

    /** A connection has failed and is about to be closed. */
    public void connectionFailed(final Throwable cause) {
        LOGGER.debug("connection failed", cause);
    }

    void routeFailed(final String path, final RuntimeException cause) {
        LOGGER.warn("handler of route failed: path={} cause={}", path, cause.toString());
        LOGGER.debug("handler of route failed", cause);
    }

    private Channel bind(final ByteBufAllocator allocator) {
        final ServerBootstrap bootstrap = new ServerBootstrap()
            .group(loops.group())
            .channelFactory(loops.transport().serverChannels())
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(MIN_READ, INITIAL_READ, MAX_READ))
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
            .childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(final Channel channel) {
                    if (isAdmitted(channel)) {
                        connections.add(channel);
                        counters().increment(Counter.CONNECTIONS_ACCEPTED);
                        protocols.start(channel, HttpServer.this);
                    }
                }
            });
        final ChannelFuture bound;
        try {
            bound = bootstrap.bind(new InetSocketAddress(context.host(), context.port())).awaitUninterruptibly();
        } catch (final RejectedExecutionException e) {
            throw new TrickleException("cannot listen on " + address() + ": event loops are closed", e);
        }
        if (!bound.isSuccess()) {
            throw new TrickleException("cannot listen on " + address() + ": " + reason(bound.cause()), bound.cause());
        }
        return bound.channel();
    }

    /** False at the limit of connections, where the newcomer is closed. */
    private boolean isAdmitted(final Channel channel) {
        if (connectionCount.incrementAndGet() > context.maxConnections()) {
            connectionCount.decrementAndGet();
            counters().increment(Counter.CONNECTIONS_REFUSED);
            channel.close();
            return false;
        }
        counters().increment(Counter.CONNECTIONS_OPEN);
        channel.closeFuture().addListener(closed -> {
            counters().add(Counter.CONNECTIONS_OPEN, -1);
            connectionCount.decrementAndGet();
        });
        return true;
    }

    private String address() {
        return context.host() + ":" + context.port();
    }

    /** The platform's reason without the call that met it. */
    private static String reason(final Throwable cause) {
        final String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnresolvedAddressException) {
            return "unknown host";
        }
        return message.contains("Address already in use") ? "Address already in use" : message;
    }
}
