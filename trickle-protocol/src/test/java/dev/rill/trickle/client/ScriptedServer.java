package dev.rill.trickle.client;

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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A raw HTTP/1.1 server that does nothing by itself: tests take its requests and answer them. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Inbound> arrived = new ArrayList<>();
    private final List<Inbound> untaken = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private Consumer<Inbound> responder;
    private volatile boolean readBodies = true;

    ScriptedServer() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new AssertionError("cannot listen", e);
        }
        thread("scripted-accept", this::accept);
    }

    URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    /** Whether the bodies of requests are read; if not, their connections stall. */
    void readBodies(final boolean value) {
        readBodies = value;
    }

    /** Every request not taken yet or arriving from now on goes to {@code value}, on any thread. */
    void responder(final Consumer<Inbound> value) {
        final List<Inbound> waiting;
        synchronized (this) {
            responder = value;
            waiting = new ArrayList<>(untaken);
            untaken.clear();
        }
        waiting.forEach(value);
    }

    /** The first request not taken yet with this method and path. */
    Inbound take(final String method, final String path) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Await.TIMEOUT_MS);
        while (true) {
            synchronized (this) {
                for (final Inbound request : untaken) {
                    if (request.method().equals(method) && request.path().equals(path)) {
                        untaken.remove(request);
                        return request;
                    }
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new AssertionError("no " + method + ' ' + path + " came; not taken: " + untaken);
                }
            }
            Await.pause(1);
        }
    }

    synchronized int requestCount() {
        return arrived.size();
    }

    synchronized List<Inbound> requests() {
        return new ArrayList<>(arrived);
    }

    synchronized int openConnections() {
        int open = 0;
        for (final Socket socket : sockets) {
            open += socket.isClosed() ? 0 : 1;
        }
        return open;
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
        Inbound request = null;
        try {
            final InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String line = line(in); line != null; line = line(in)) {
                request = head(socket, line, in);
                arrive(request);
                if (!readBodies) {
                    return;
                }
                if ("chunked".equals(request.header("Transfer-Encoding"))) {
                    readChunks(in, request);
                }
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

    private void arrive(final Inbound request) {
        final Consumer<Inbound> answering;
        synchronized (this) {
            answering = responder;
            arrived.add(request);
            if (answering == null) {
                untaken.add(request);
            }
        }
        if (answering != null) {
            answering.accept(request);
        }
    }

    private static Inbound head(final Socket socket, final String requestLine, final InputStream in)
        throws IOException {
        final Map<String, String> headers = new HashMap<>();
        for (String line = line(in); line != null && !line.isEmpty(); line = line(in)) {
            final int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        final String[] parts = requestLine.split(" ");
        return new Inbound(socket, parts[0], parts[1], headers);
    }

    private static void readChunks(final InputStream in, final Inbound request) throws IOException {
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
