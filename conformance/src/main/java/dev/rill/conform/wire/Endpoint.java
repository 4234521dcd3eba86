package dev.rill.conform.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;

/**
 * Where a server listens.
 *
 * @param host     name or address.
 * @param port     TCP port.
 * @param basePath path before the channel names, with a slash at both ends.
 * @param tls      whether it speaks TLS.
 */
public record Endpoint(String host, int port, String basePath, boolean tls) {
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** A server without TLS on this machine. */
    public static Endpoint local(final int port, final String basePath) {
        return new Endpoint(InetAddress.getLoopbackAddress().getHostAddress(), port, basePath, false);
    }

    /**
     * Takes a URL apart.
     *
     * @param url {@code http://HOST[:PORT][/PATH]} or {@code https://…}.
     * @return the endpoint.
     * @throws IllegalArgumentException if it is something else.
     */
    public static Endpoint of(final URI url) {
        final String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.matches("https?") || url.getHost() == null || url.getRawQuery() != null) {
            throw new IllegalArgumentException("expected http://HOST:PORT/PATH or https://…, got " + url);
        }
        final boolean tls = scheme.equals("https");
        final int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        final String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new Endpoint(url.getHost(), port, path.endsWith("/") ? path : path + "/", tls);
    }

    /** What goes into {@code Host}. */
    public String authority() {
        return host + ":" + port;
    }

    /**
     * Connects without TLS.
     *
     * @param receiveBuffer size of the receive buffer in bytes; 0 for the system's default.
     * @return a connected socket that sends at once.
     * @throws IOException if the server cannot be reached; names it.
     */
    Socket connect(final int receiveBuffer) throws IOException {
        final Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
            return socket;
        } catch (final IOException e) {
            socket.close();
            throw new IOException("cannot connect to " + authority() + ": " + e.getMessage(), e);
        }
    }
}
