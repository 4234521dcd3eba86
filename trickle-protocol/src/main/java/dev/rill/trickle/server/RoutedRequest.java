package dev.rill.trickle.server;

import dev.rill.trickle.Request;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request as the host's handlers and authorizer see it, independent of the connection. */
final class RoutedRequest implements Request {
    private final String method;
    private final String path;
    private final String query;
    private final HttpHeaders headers; // Complete, and changed by nobody.
    private final byte[] body;
    private final String remoteAddress;

    private RoutedRequest(
        final String method,
        final String path,
        final String query,
        final HttpHeaders headers,
        final byte[] body,
        final String remoteAddress) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body;
        this.remoteAddress = remoteAddress;
    }

    static RoutedRequest of(
        final HttpRequest request, final String path, final byte[] body, final String remoteAddress) {
        return new RoutedRequest(
            request.method().name(),
            path,
            RequestTarget.queryOf(request.uri()),
            request.headers(),
            body,
            remoteAddress);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String query() {
        return query;
    }

    @Override
    public String header(final String name) {
        return headers.get(name);
    }

    @Override
    public Map<String, List<String>> headers() {
        final Map<String, List<String>> byName = new LinkedHashMap<>();
        for (final Map.Entry<String, String> entry : headers) {
            byName.computeIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                .add(entry.getValue());
        }
        byName.replaceAll((name, values) -> List.copyOf(values));
        return Map.copyOf(byName);
    }

    @Override
    public ByteBuffer body() {
        return ByteBuffer.wrap(body).asReadOnlyBuffer();
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String toString() {
        return method + " " + path + " from " + remoteAddress;
    }
}
