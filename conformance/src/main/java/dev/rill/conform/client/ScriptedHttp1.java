package dev.rill.conform.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link ScriptedServer} that speaks HTTP/1.1 over raw sockets. Its threads are daemons and end with them. */
public final class ScriptedHttp1 extends ScriptedServer {
    private final ServerSocket listener;
    private final List<Socket> sockets = new ArrayList<>();
    private volatile boolean readBodies = true;

    /** Listens on a free port of the loopback interface. */
    public ScriptedHttp1() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new AssertionError("cannot listen", e);
        }
        thread("scripted-accept", this::accept);
    }

    @Override
    public URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    @Override
    public void readBodies(final boolean value) {
        readBodies = value;
    }

    @Override
    public void close() {
        try {
            listener.close();
            synchronized (this) {
                for (final Socket socket : sockets) {
                    socket.close();
                }
            }
        } catch (final IOException e) {
            throw new AssertionError("cannot close", e);
        }
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                synchronized (this) {
                    sockets.add(socket);
                }
                thread("scripted-read", () -> serve(socket));
            }
        } catch (final IOException e) {
            // The listener was closed.
            return;
        }
    }

    private void serve(final Socket socket) {
        SocketInbound request = null;
        try {
            final InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String line = line(in); line != null; line = line(in)) {
                request = head(socket, line, in);
                arrive(request);
                if (!readBodies) {
                    return;
                }
                readBody(in, request);
                request.complete();
            }
            socket.close();
        } catch (final IOException e) {
            // The peer or the test closed the connection.
        } finally {
            if (request != null) {
                request.gone();
            }
        }
    }

    private static SocketInbound head(final Socket socket, final String requestLine, final InputStream in)
        throws IOException {
        final Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            final int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        final String[] parts = requestLine.split(" ");
        return new SocketInbound(socket, parts[0], parts[1], headers);
    }

    private static void readBody(final InputStream in, final SocketInbound request) throws IOException {
        if ("chunked".equals(request.header("Transfer-Encoding"))) {
            readChunks(in, request);
        } else if (request.header("Content-Length") != null) {
            request.append(in.readNBytes(Integer.parseInt(request.header("Content-Length"))));
        }
    }

    private static void readChunks(final InputStream in, final SocketInbound request) throws IOException {
        while (true) {
            final String size = line(in);
            if (size == null) {
                throw new IOException("end within body");
            }
            final int length = Integer.parseInt(size, 16);
            final byte[] bytes = in.readNBytes(length);
            request.append(bytes);
            if (bytes.length < length || line(in) == null) {
                throw new IOException("end within chunk");
            }
            if (length == 0) {
                return;
            }
        }
    }

    /** One line without its end, or null at the end of the connection. */
    private static String line(final InputStream in) throws IOException {
        final StringBuilder text = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return text.toString().stripTrailing();
            }
            text.append(new String(new byte[] {(byte) b}, StandardCharsets.ISO_8859_1));
        }
        return null;
    }

    private static void thread(final String name, final Runnable task) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
