package dev.rill.trickle.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A process of its own that asks for segment 0 of many channels, one connection each, and checks every answer.
 * <pre>
 *   ParkedReaders PORT COUNT      prints "asked COUNT", then "answered COUNT", or what is wrong
 * </pre>
 */
final class ParkedReaders {
    private static final long TIMEOUT_MS = 60_000;
    private static final int BATCH = 500;

    private final int port;
    private final int count;
    private final Selector selector;
    private int answered;

    private ParkedReaders(final int port, final int count) throws IOException {
        this.port = port;
        this.count = count;
        this.selector = Selector.open();
    }

    /** Entry point. */
    public static void main(final String[] arguments) throws IOException {
        new ParkedReaders(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])).run();
    }

    private void run() throws IOException {
        for (int first = 0; first < count; first += BATCH) {
            for (int i = first; i < Math.min(count, first + BATCH); i++) {
                ask(i);
            }
        }
        System.out.println("asked " + count);
        final long deadlineNs = System.nanoTime() + TIMEOUT_MS * 1_000_000;
        while (answered < count && System.nanoTime() < deadlineNs) {
            selector.select(this::read, 100);
        }
        System.out.println("answered " + answered);
    }

    private void ask(final int index) throws IOException {
        final SocketChannel socket = SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.write(ByteBuffer.wrap(
            ("GET /ch-" + index + "/0 HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ, new Answer(index));
    }

    private void read(final SelectionKey key) {
        final Answer answer = (Answer) key.attachment();
        try {
            final ByteBuffer bytes = ByteBuffer.allocate(1024);
            final int read = ((SocketChannel) key.channel()).read(bytes);
            answer.text += new String(bytes.array(), 0, Math.max(0, read), StandardCharsets.US_ASCII);
            if (answer.isWhole()) {
                answered++;
                key.channel().close();
            } else if (read < 0) {
                fail(answer);
                key.channel().close();
            }
        } catch (final IOException e) {
            fail(answer);
            key.cancel();
        }
    }

    private static void fail(final Answer answer) {
        System.out.println("wrong answer on ch-" + answer.index + ": " + answer.text.replace("\r\n", "|"));
    }

    private static final class Answer {
        private final int index;
        private String text = "";

        Answer(final int index) {
            this.index = index;
        }

        boolean isWhole() {
            return text.startsWith("HTTP/1.1 200 OK\r\n") && text.contains("segment of ch-" + index + "\r\n0\r\n\r\n");
        }
    }
}
