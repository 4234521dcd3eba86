package dev.rill.trickle.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a server; of the first it lets so many bytes of answers through, then breaks it. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final URI target;
    private final int limit;
    private final boolean reset;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger passed = new AtomicInteger();

    /**
     * @param limit bytes that the first connection may bring to the client.
     * @param reset whether it then breaks with a reset instead of an end.
     */
    CuttingProxy(final URI target, final int limit, final boolean reset) {
        this.target = target;
        this.limit = limit;
        this.reset = reset;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new AssertionError("cannot listen", e);
        }
        start(this::accept);
    }

    URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    /** Bytes that the first connection has brought to the client. */
    int passed() {
        return passed.get();
    }

    @Override
    public void close() {
        closeQuietly(listener);
        sockets.forEach(CuttingProxy::closeQuietly);
    }

    private void accept() throws IOException {
        while (true) {
            final Socket client = listener.accept();
            final Socket server = new Socket(target.getHost(), target.getPort());
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(server);
            final boolean first = connections.getAndIncrement() == 0;
            start(() -> pass(client, server, Integer.MAX_VALUE, null));
            start(() -> pass(server, client, first ? limit : Integer.MAX_VALUE, first ? passed : null));
        }
    }

    private void pass(final Socket from, final Socket to, final int most, final AtomicInteger count)
        throws IOException {
        try {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            final byte[] bytes = new byte[4096];
            int left = most;
            while (left > 0) {
                final int length = in.read(bytes, 0, Math.min(bytes.length, left));
                if (length < 0) {
                    break;
                }
                out.write(bytes, 0, length);
                left -= length;
                if (count != null) {
                    count.addAndGet(length);
                }
            }
            if (left == 0 && reset) {
                to.setSoLinger(true, 0);
            }
        } finally {
            closeQuietly(to);
            closeQuietly(from);
        }
    }

    private static void closeQuietly(final AutoCloseable thing) {
        try {
            thing.close();
        } catch (final Exception e) {
            throw new AssertionError("cannot close " + thing, e);
        }
    }

    private static void start(final Task task) {
        final Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (final IOException e) {
                // A connection has ended, by one side or the other; that is what this is for.
                return;
            }
        }, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** Work that ends with its connection. */
    private interface Task {
        void run() throws IOException;
    }
}
