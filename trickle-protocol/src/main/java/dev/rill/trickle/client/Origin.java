package dev.rill.trickle.client;

import dev.rill.trickle.TrickleException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/**
 * The peer and its channel base: addresses, {@code Host} header, request targets.
 * <p>
 * Any thread. The name is resolved once, by the constructor's thread, so that no event loop waits for DNS; when a
 * connection to one of its addresses fails, the next attempt goes to the next address.
 */
final class Origin {
    private static final int DEFAULT_PORT = 80;
    private static final int DEFAULT_TLS_PORT = 443;
    private static final String UNRESERVED = "-._~";

    private final InetSocketAddress[] addresses;
    private final boolean secure;
    private final String peerName;
    private final String host;
    private final String basePath;
    private final String authorization;
    private volatile int current;

    /**
     * @param bearerToken sent with every request, or null.
     */
    Origin(final URI base, final String bearerToken) {
        secure = "https".equalsIgnoreCase(base.getScheme());
        final int port = base.getPort() >= 0 ? base.getPort() : secure ? DEFAULT_TLS_PORT : DEFAULT_PORT;
        addresses = resolve(base.getHost(), port);
        peerName = base.getHost().startsWith("[") ? base.getHost().substring(1, base.getHost().length() - 1)
            : base.getHost();
        host = base.getPort() < 0 ? base.getHost() : base.getHost() + ":" + port;
        basePath = base.getRawPath();
        authorization = bearerToken == null ? null : "Bearer " + bearerToken;
    }

    /** A request to this peer, with its credentials. */
    RequestHead request(final String method, final String target) {
        final RequestHead head = new RequestHead(method, target, this);
        return authorization == null ? head : head.with("Authorization", authorization);
    }

    /** Whether the peer is spoken to over TLS. */
    boolean isSecure() {
        return secure;
    }

    /** Name or address that the peer's certificate must be for. */
    String peerName() {
        return peerName;
    }

    /** The address to connect to now. */
    InetSocketAddress address() {
        return addresses[Math.floorMod(current, addresses.length)];
    }

    /** Turns to the next address after {@code failed} could not be reached. */
    void onUnreachable(final InetSocketAddress failed) {
        if (address().equals(failed)) {
            current = (current + 1) % addresses.length;
        }
    }

    /** Value of the {@code Host} header. */
    String host() {
        return host;
    }

    /** Request target of a channel: base path and percent-encoded name. */
    String target(final String channel) {
        if (channel == null || channel.isEmpty()) {
            throw new IllegalArgumentException("channel=" + channel + ", expected a name");
        }
        return basePath + encode(channel);
    }

    private static InetSocketAddress[] resolve(final String host, final int port) {
        try {
            final InetAddress[] found = InetAddress.getAllByName(host);
            final InetSocketAddress[] result = new InetSocketAddress[found.length];
            for (int i = 0; i < found.length; i++) {
                result[i] = new InetSocketAddress(found[i], port);
            }
            return result;
        } catch (final UnknownHostException e) {
            throw new TrickleException("host=" + host + " cannot be resolved", e);
        }
    }

    private static String encode(final String name) {
        final StringBuilder text = new StringBuilder(name.length() + 8);
        for (final byte b : name.getBytes(StandardCharsets.UTF_8)) {
            final char c = (char) (b & 0xFF);
            if (isUnreserved(c)) {
                text.append(c);
            } else {
                text.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                    .append(Character.toUpperCase(Character.forDigit(c & 0xF, 16)));
            }
        }
        return text.toString();
    }

    private static boolean isUnreserved(final char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || UNRESERVED.indexOf(c) >= 0;
    }
}
