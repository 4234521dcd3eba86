package dev.rill.trickle.server;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.Operation;
import dev.rill.trickle.RequestHandler;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.channel.Changefeed;
import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.ChannelRegistry;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.SegmentDrop;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Routes a request head to what serves it. The authorizer is asked about every operation on a channel before anything
 * is looked up, and about creation by a publication when that is found to be one. Order of checks: wire specification,
 * section 1.2.
 */
final class Dispatcher {
    private static final String NO_ROUTE = "404 page not found\n";
    private static final String BAD_SEQUENCE = "Invalid idx\n";
    private static final String RESERVED = "Reserved channel\n";

    private final ChannelRegistry registry;
    private final Map<String, RequestHandler> routes;
    private final String basePath;
    private final boolean autocreate;
    private final long minKeepaliveNs;
    private final Admission admission;

    Dispatcher(final ChannelRegistry registry, final TrickleServerContext context) {
        this.registry = registry;
        this.routes = context.routes();
        this.basePath = context.basePath();
        this.autocreate = context.autocreate();
        this.minKeepaliveNs = context.minKeepaliveNs();
        this.admission = new Admission(context.authorizer());
    }

    /** Begins to serve a request: answers it, or sets the exchange that will. */
    void dispatch(final ServerStream stream, final HttpRequest request) {
        final String path = RequestTarget.pathOf(request.uri());
        final RequestHandler route = route(path);
        if (route != null) {
            RouteExchange.start(stream, request, path, route);
            return;
        }
        final RequestTarget target = RequestTarget.parse(path, basePath);
        switch (target.kind()) {
            case CHANNEL -> onChannel(stream, request, target.channel());
            case SEGMENT -> onSegment(stream, request, target.channel(), target.rest());
            case MALFORMED -> Responses.text(stream, 400, "Invalid path\n", false);
            case SERVER -> Responses.empty(stream);
            default -> Responses.text(stream, 404, NO_ROUTE, false);
        }
    }

    private RequestHandler route(final String path) {
        RequestHandler match = routes.get(path);
        if (match == null && !routes.isEmpty()) {
            int end = path.lastIndexOf('/');
            while (match == null && end >= 0) {
                match = routes.get(path.substring(0, end + 1));
                end = path.lastIndexOf('/', end - 1);
            }
        }
        return match;
    }

    private void onChannel(final ServerStream stream, final HttpRequest request, final String name) {
        switch (request.method().name()) {
            case "POST" -> {
                if (isOpenToAll(stream, name, false) && admits(stream, request, Operation.CREATE, name)) {
                    create(stream, request, name);
                }
            }
            case "DELETE" -> {
                if (isOpenToAll(stream, name, false) && admits(stream, request, Operation.CLOSE, name)) {
                    close(stream, name);
                }
            }
            default -> Responses.notAllowed(stream, "DELETE, POST");
        }
    }

    private void onSegment(
        final ServerStream stream, final HttpRequest request, final String name, final String rest) {
        switch (request.method().name()) {
            case "GET", "HEAD" -> onGet(stream, request, name, rest);
            case "POST" -> {
                if (isOpenToAll(stream, name, true) && admits(stream, request, Operation.PUBLISH, name)) {
                    write(stream, request, name, rest);
                }
            }
            case "DELETE" -> {
                if (isOpenToAll(stream, name, false) && admits(stream, request, Operation.DROP, name)) {
                    drop(stream, name, rest);
                }
            }
            default -> Responses.notAllowed(stream, "DELETE, GET, HEAD, POST");
        }
    }

    private void onGet(final ServerStream stream, final HttpRequest request, final String name, final String rest) {
        final boolean next = "next".equals(rest);
        if (!admits(stream, request, next ? Operation.NEXT : Operation.READ, name)) {
            return;
        }
        if (next) {
            next(stream, name);
        } else if ("snapshot".equals(rest) && registry.isReserved(name)) {
            snapshot(stream, registry.changefeed());
        } else {
            read(stream, request, name, rest);
        }
    }

    private boolean admits(
        final ServerStream stream, final HttpRequest request, final Operation operation, final String name) {
        return admission.admits(stream, request, operation, name);
    }

    /** False for the changefeed, whose answer this gives. */
    private boolean isOpenToAll(final ServerStream stream, final String name, final boolean close) {
        if (!registry.isReserved(name)) {
            return true;
        }
        stream.server().counters().increment(Counter.REQUESTS_RESERVED);
        Responses.text(stream, 403, RESERVED, close);
        return false;
    }

    private static void snapshot(final ServerStream stream, final Changefeed feed) {
        feed.take(new Changefeed.Snapshot(feed) {
            @Override
            protected void onApplied() {
                stream.onLoop(() -> Responses.snapshot(stream, this));
            }
        });
    }

    private void create(final ServerStream stream, final HttpRequest request, final String name) {
        final String contentType = request.headers().get("Expect-Content");
        if (!autocreate && registry.find(name) == null) {
            Responses.notFound(stream, false, false);
        } else if (registry.tryCreate(name, contentType, options(request)) == ChannelRegistry.Creation.REFUSED) {
            notCreated(stream, name);
        } else {
            registry.settle(() -> stream.onLoop(() -> Responses.empty(stream)));
        }
    }

    /** What the creator wishes; a window of one segment is none, so that is raised to the least there is. */
    private ChannelOptions options(final HttpRequest request) {
        final int segments = RequestTarget.count(request.headers().get("Lp-Trickle-Retain"));
        if (segments > registry.engine().policy().retention().maxSegments()) {
            registry.engine().counters().increment(Counter.RETENTIONS_CAPPED);
        }
        return segments == 0
            ? ChannelOptions.DEFAULTS : ChannelOptions.DEFAULTS.retainedSegments(Math.max(2, segments));
    }

    private void close(final ServerStream stream, final String name) {
        final Channel channel = registry.find(name);
        final Runnable answer = () -> stream.onLoop(() -> Responses.empty(stream));
        if (channel != null && registry.close(channel, Counter.CHANNELS_CLOSED, answer)) {
            return;
        }
        if (registry.findClosed(name) != null) {
            Responses.empty(stream);
        } else {
            Responses.text(stream, 400, "Invalid stream\n", false);
        }
    }

    private void next(final ServerStream stream, final String name) {
        final Channel channel = registry.find(name);
        if (channel == null) {
            Responses.notFound(stream, registry.findClosed(name) != null, false);
        } else {
            Responses.pointer(stream, channel.pointer(), channel.isClosed());
        }
    }

    private void read(
        final ServerStream stream, final HttpRequest request, final String name, final String rest) {
        final Channel present = registry.find(name);
        final Channel channel = present == null ? registry.findClosed(name) : present;
        if (channel == null) {
            Responses.notFound(stream, false, false);
        } else if (!SequenceNumber.isValid(rest)) {
            Responses.text(stream, 400, BAD_SEQUENCE, false);
        } else {
            final boolean mayPark = "GET".equals(request.method().name());
            SubscribeExchange.start(stream, channel, Long.parseLong(rest), mayPark, keepaliveNs(request));
        }
    }

    /** What the reader wishes, kept within bounds; 0 if it wishes nothing that is a number of seconds from 1. */
    private long keepaliveNs(final HttpRequest request) {
        final long seconds = RequestTarget.count(request.headers().get("Lp-Trickle-Keepalive"));
        return seconds == 0 ? 0 : Math.max(minKeepaliveNs, TimeUnit.SECONDS.toNanos(seconds));
    }

    private void write(
        final ServerStream stream, final HttpRequest request, final String name, final String rest) {
        final Channel present = registry.find(name);
        if (!autocreate && present == null) {
            Responses.notFound(stream, false, true);
        } else if (!SequenceNumber.isWritable(rest)) {
            Responses.text(stream, 400, BAD_SEQUENCE, true);
        } else if (present != null) {
            PublishExchange.start(stream, present, Long.parseLong(rest), request, false);
        } else if (!isLate(stream, request, name, Long.parseLong(rest))
            && admits(stream, request, Operation.CREATE_IMPLICIT, name)) {
            final Channel created = registry.findOrCreate(name, request.headers().get("Content-Type"));
            if (created == null) {
                notCreated(stream, name);
            } else {
                PublishExchange.start(stream, created, Long.parseLong(rest), request, true);
            }
        }
    }

    /** Answers a writer whose channel has just been closed as if its request had come before that. */
    private boolean isLate(
        final ServerStream stream, final HttpRequest request, final String name, final long sequence) {
        final boolean isNewWriter = request.headers().contains("Lp-Trickle-Reset");
        final Channel over = isNewWriter ? null : registry.findForLateWriter(name, sequence);
        if (over != null) {
            PublishExchange.start(stream, over, sequence, request, false);
        }
        return over != null;
    }

    private void drop(final ServerStream stream, final String name, final String rest) {
        final Channel channel = registry.find(name);
        if (channel == null) {
            Responses.notFound(stream, false, false);
        } else if (!SequenceNumber.isDroppable(rest)) {
            Responses.text(stream, 400, BAD_SEQUENCE, false);
        } else {
            channel.submit(new SegmentDrop(Long.parseLong(rest)) {
                @Override
                protected void onApplied() {
                    stream.onLoop(() -> dropped(stream, isFound()));
                }
            });
        }
    }

    private static void dropped(final ServerStream stream, final boolean found) {
        if (found) {
            Responses.empty(stream);
        } else {
            Responses.text(stream, 400, "Nonexistent segment\n", false);
        }
    }

    private void notCreated(final ServerStream stream, final String name) {
        if (registry.isTooLong(name)) {
            Responses.text(stream, 414, "Channel name too long\n", true);
        } else {
            Responses.text(stream, 503, registry.isClosed() ? "Server is stopping\n" : "Too many channels\n", true);
        }
    }
}
