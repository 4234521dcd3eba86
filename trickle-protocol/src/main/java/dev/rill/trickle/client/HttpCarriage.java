package dev.rill.trickle.client;

import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** What {@link dev.rill.trickle.HttpTrickle} delegates to; see there. Any thread. */
public final class HttpCarriage implements AutoCloseable {
    private final Transport transport;
    private final Set<HttpPublisher> publishers = ConcurrentHashMap.newKeySet();
    private final Set<HttpSubscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Resolves the peer's name and starts the connection threads.
     *
     * @param context concluded options.
     */
    public HttpCarriage(final HttpTrickleContext context) {
        transport = new Transport(context);
    }

    /**
     * Opens a publisher that starts at number 0, with the content type of the context.
     *
     * @param channel name of the channel.
     * @return the publisher.
     */
    public TricklePublisher publish(final String channel) {
        return publish(channel, transport.context().contentType(), false);
    }

    /**
     * Opens a publisher.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the segments.
     * @param resume      whether to go on at the channel's pointer instead of starting at 0.
     * @return the publisher.
     */
    public TricklePublisher publish(final String channel, final String contentType, final boolean resume) {
        return start(channel, contentType, resume ? Publication.UNKNOWN : 0, false);
    }

    /**
     * Opens a publisher that takes over at a number.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the segments.
     * @param first       number of the first segment.
     * @return the publisher.
     */
    public TricklePublisher resume(final String channel, final String contentType, final long first) {
        return start(channel, contentType, first, true);
    }

    private HttpPublisher start(
        final String channel, final String contentType, final long first, final boolean reset) {
        checkOpen(channel);
        final HttpPublisher publisher = new HttpPublisher(transport,
            new Publication(transport, transport.nextLoop(), transport.origin().target(channel), contentType, first,
                reset), publishers::remove);
        publishers.add(publisher);
        publisher.start();
        return publisher;
    }

    /**
     * Opens a subscriber.
     *
     * @param channel name of the channel.
     * @param start   number, -1 or -2; any other negative number is passed on to the peer as it is.
     * @return the subscriber.
     */
    public TrickleSubscriber subscribe(final String channel, final long start) {
        checkOpen(channel);
        final HttpSubscriber subscriber = new HttpSubscriber(transport, transport.origin().target(channel),
            subscribers::remove);
        subscribers.add(subscriber);
        subscriber.start(start);
        return subscriber;
    }

    /**
     * Creates a channel.
     *
     * @param channel     name of the channel.
     * @param contentType media type of the channel.
     */
    public void awaitCreate(final String channel, final String contentType) {
        final HttpResponse answer = await(request("POST", channel, "")
            .with("Expect-Content", contentType).with("Content-Length", "0"));
        if (answer.status().code() != 200) {
            throw refused("create", channel, answer, "200");
        }
    }

    /**
     * Closes and forgets a channel.
     *
     * @param channel name of the channel.
     * @return false if the peer did not know it.
     */
    public boolean awaitDelete(final String channel) {
        final HttpResponse answer = await(request("DELETE", channel, ""));
        final int status = answer.status().code();
        if (status != 200 && status != 400 && status != 404) {
            throw refused("delete", channel, answer, "200, 400 or 404");
        }
        return status == 200;
    }

    /**
     * Asks for the number of the next segment.
     *
     * @param channel name of the channel.
     * @return that number, or -1 if the peer does not know the channel.
     */
    public long awaitNext(final String channel) {
        final HttpResponse answer = await(request("GET", channel, "/next"));
        if (answer.status().code() == 404) {
            return -1;
        }
        final long pointer = Wire.number(answer.headers(), Wire.LATEST);
        if (answer.status().code() != 200 || pointer < 0) {
            throw refused("next", channel, answer, "200 with " + Wire.LATEST);
        }
        return pointer;
    }

    /** Counters by stable name. */
    public Map<String, Long> counters() {
        return transport.counters().snapshot();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        publishers.forEach(HttpPublisher::beginClose);
        subscribers.forEach(HttpSubscriber::close);
        publishers.forEach(HttpPublisher::awaitClosed);
        transport.close();
    }

    private RequestHead request(final String method, final String channel, final String suffix) {
        checkOpen(channel);
        return transport.origin().request(method, transport.origin().target(channel) + suffix);
    }

    private HttpResponse await(final RequestHead request) {
        final String what = request + " on " + transport.origin().host();
        if (transport.inEventLoop()) {
            throw new IllegalStateException(what + ": a connection thread must not wait");
        }
        final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        final EventLoop loop = transport.nextLoop();
        final Connections connections = new Connections(transport, loop);
        final Call call = new Call(request, (head, cause) -> {
            if (head != null) {
                answer.complete(head);
            } else {
                answer.completeExceptionally(cause);
            }
        });
        try {
            loop.execute(() -> connections.open(call));
            return result(answer, what);
        } catch (final RejectedExecutionException e) {
            throw new TrickleException(what + ": carriage is closed", e);
        } finally {
            closeOn(loop, connections);
        }
    }

    private static void closeOn(final EventLoop loop, final Connections connections) {
        try {
            loop.execute(connections::close);
        } catch (final RejectedExecutionException e) {
            assert loop.isShuttingDown() : "a running loop refused work";
        }
    }

    private HttpResponse result(final CompletableFuture<HttpResponse> answer, final String what) {
        final long timeoutNs = transport.context().connectTimeoutNs() + transport.context().confirmTimeoutNs();
        try {
            return answer.get(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (final ExecutionException e) {
            throw new TrickleException(what + " failed: " + e.getCause().getMessage(), e.getCause());
        } catch (final TimeoutException e) {
            throw new TrickleException(what + " was not answered within " + timeoutNs + " ns", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrickleException(what + " was interrupted", e);
        }
    }

    private static TrickleException refused(final String what, final String channel, final HttpResponse answer,
        final String expected) {
        return new TrickleException(what + " channel=" + channel + ": peer answered " + answer.status().code()
            + ", expected " + expected);
    }

    private void checkOpen(final String channel) {
        if (closed.get()) {
            throw new IllegalStateException("channel=" + channel + ": carriage is closed");
        }
    }
}
