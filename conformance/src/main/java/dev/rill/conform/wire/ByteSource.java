package dev.rill.conform.wire;

import dev.rill.conform.Mismatch;
import dev.rill.conform.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** What a socket has received, read with one deadline at a time. Not thread-safe. */
final class ByteSource {
    private static final int KEPT = 2_048;

    private final Socket socket;
    private final byte[] buffer = new byte[64 << 10];
    private final byte[] kept = new byte[KEPT];
    private long keptTotal;
    private int begin;
    private int end;
    private long withinMs;
    private long deadlineNs;
    private boolean ended;

    ByteSource(final Socket socket) {
        this.socket = socket;
    }

    void deadline(final long fromNowMs) {
        withinMs = fromNowMs;
        deadlineNs = System.nanoTime() + fromNowMs * 1_000_000;
    }

    /** True if a byte is there before the deadline and the end of the stream. */
    boolean hasByte() throws IOException {
        return begin < end || fill();
    }

    /** True if the peer has ended the stream. */
    boolean isEnded() {
        return ended;
    }

    byte next(final String what) throws IOException {
        if (!hasByte()) {
            throw new Mismatch(what, "more bytes", lack());
        }
        return buffer[begin++];
    }

    /** A line without its end. */
    String line(final String what) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte b = next(what); b != '\n'; b = next(what)) {
            out.write(b);
        }
        final String text = out.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new Mismatch(what, "a line that ends in \\r\\n", Printable.of(text + "\n"));
        }
        return text.substring(0, text.length() - 1);
    }

    /** Moves what is there, at least one and at most so many bytes. */
    int take(final ByteArrayOutputStream out, final int most, final String what) throws IOException {
        if (!hasByte()) {
            throw new Mismatch(what, "more bytes", lack());
        }
        final int count = Math.min(most, end - begin);
        out.write(buffer, begin, count);
        begin += count;
        return count;
    }

    /** Everything that is there, without waiting. */
    String rest() {
        return '"' + Printable.escape(buffer, begin, end) + '"';
    }

    /** Why there is no byte. */
    String lack() {
        return ended ? "the end of the connection" : "nothing within " + withinMs + " ms";
    }

    /** Forgets what {@link #received} tells. */
    void forget() {
        keptTotal = 0;
    }

    /** The last bytes that came since {@link #forget}. */
    String received() {
        final int count = (int) Math.min(keptTotal, KEPT);
        final byte[] last = new byte[count];
        for (int i = 0; i < count; i++) {
            last[i] = kept[(int) ((keptTotal - count + i) % KEPT)];
        }
        return Printable.escape(last, 0, count);
    }

    private boolean fill() throws IOException {
        final long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0 || ended) {
            return false;
        }
        socket.setSoTimeout((int) Math.max(1, leftNs / 1_000_000));
        try {
            final int count = socket.getInputStream().read(buffer);
            begin = 0;
            end = Math.max(0, count);
            ended = count < 0;
            keep();
            return count > 0;
        } catch (final SocketTimeoutException e) {
            deadlineNs = System.nanoTime();
            return false;
        }
    }

    private void keep() {
        for (int i = 0; i < end; i++) {
            kept[(int) ((keptTotal + i) % KEPT)] = buffer[i];
        }
        keptTotal += end;
    }
}
