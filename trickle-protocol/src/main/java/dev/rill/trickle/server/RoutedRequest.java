package dev.rill.trickle.server;

import dev.rill.trickle.Request;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request as the host's handlers see it, independent of the connection. */
final class RoutedRequest implements Request {
    private final String method;
    private final String path;
    private final String query;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final String remoteAddress;

    private RoutedRequest(
        final String method,
        final String path,
        final String query,
        final Map<String, List<String>> headers,
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
        final Map<String, List<String>> headers = new LinkedHashMap<>();
        for (final Map.Entry<String, String> entry : request.headers()) {
            headers.computeIfAbsent(entry.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                .add(entry.getValue());
        }
        headers.replaceAll((name, values) -> List.copyOf(values));
        return new RoutedRequest(
            request.method().name(),
            path,
            RequestTarget.queryOf(request.uri()),
            Map.copyOf(headers),
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
        final List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null ? null : values.get(0);
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
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
