package dev.rill.trickle.server;

import dev.rill.trickle.RequestHandler;
import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.ChannelRegistry;
import dev.rill.trickle.channel.Counter;
import dev.rill.trickle.channel.SegmentDrop;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Map;

/**
 * Routes a request head to what serves it. Every operation on a channel passes through {@link #onChannel} or
 * {@link #onSegment} once, with its verb and the decoded name, before anything is looked up: the place where a decision
 * on admission belongs.
 */
final class Dispatcher {
    private static final String NO_ROUTE = "404 page not found\n";
    private static final String BAD_SEQUENCE = "Invalid idx\n";

    private final ChannelRegistry registry;
    private final Map<String, RequestHandler> routes;
    private final String basePath;
    private final boolean autocreate;

    Dispatcher(
        final ChannelRegistry registry,
        final Map<String, RequestHandler> routes,
        final String basePath,
        final boolean autocreate) {
        this.registry = registry;
        this.routes = routes;
        this.basePath = basePath;
        this.autocreate = autocreate;
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
            case "POST" -> create(stream, name, request.headers().get("Expect-Content"));
            case "DELETE" -> close(stream, name);
            default -> Responses.notAllowed(stream, "DELETE, POST");
        }
    }

    private void onSegment(
        final ServerStream stream, final HttpRequest request, final String name, final String rest) {
        final String method = request.method().name();
        switch (method) {
            case "GET", "HEAD" -> {
                if ("next".equals(rest)) {
                    next(stream, name);
                } else {
                    read(stream, name, rest, "GET".equals(method));
                }
            }
            case "POST" -> write(stream, request, name, rest);
            case "DELETE" -> drop(stream, name, rest);
            default -> Responses.notAllowed(stream, "DELETE, GET, HEAD, POST");
        }
    }

    private void create(final ServerStream stream, final String name, final String contentType) {
        if (!autocreate && registry.find(name) == null) {
            Responses.notFound(stream, false, false);
        } else if (registry.tryCreate(name, contentType) == ChannelRegistry.Creation.REFUSED) {
            tooManyChannels(stream);
        } else {
            Responses.empty(stream);
        }
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
        final ServerStream stream, final String name, final String rest, final boolean mayPark) {
        final Channel present = registry.find(name);
        final Channel channel = present == null ? registry.findClosed(name) : present;
        if (channel == null) {
            Responses.notFound(stream, false, false);
        } else if (!SequenceNumber.isValid(rest)) {
            Responses.text(stream, 400, BAD_SEQUENCE, false);
        } else {
            SubscribeExchange.start(stream, channel, Long.parseLong(rest), mayPark);
        }
    }

    private void write(
        final ServerStream stream, final HttpRequest request, final String name, final String rest) {
        if (!autocreate && registry.find(name) == null) {
            Responses.notFound(stream, false, true);
            return;
        }
        if (!SequenceNumber.isWritable(rest)) {
            Responses.text(stream, 400, BAD_SEQUENCE, true);
            return;
        }
        final String contentType = request.headers().get("Content-Type");
        final Channel channel = autocreate ? registry.findOrCreate(name, contentType) : registry.find(name);
        if (channel != null) {
            PublishExchange.start(stream, channel, Long.parseLong(rest), request);
        } else if (autocreate) {
            tooManyChannels(stream);
        } else {
            Responses.notFound(stream, false, true);
        }
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

    private static void tooManyChannels(final ServerStream stream) {
        Responses.text(stream, 503, "Too many channels\n", true);
    }
}
