package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A peer of HTTP/2 that puts its frames together octet by octet, right or wrong. Each read has a deadline. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TIMEOUT_MS = 5_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;

    /** One frame as it came. */
    record Frame(int type, int flags, int stream, byte[] payload) {
        int code() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }
    }

    RawHttp2(final int port) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and opens the connection with empty settings. */
    static RawHttp2 open(final int port) throws IOException {
        final RawHttp2 peer = new RawHttp2(port);
        peer.send(PREFACE);
        peer.send(frame(SETTINGS, 0, 0, new byte[0]));
        return peer;
    }

    void send(final byte[]... pieces) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final byte[] piece : pieces) {
            out.write(piece);
        }
        socket.getOutputStream().write(out.toByteArray());
    }

    static byte[] preface() {
        return PREFACE.clone();
    }

    static byte[] frame(final int type, final int flags, final int stream, final byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
            .put((byte) (payload.length >> 16)).putShort((short) payload.length)
            .put((byte) type).put((byte) flags).putInt(stream).put(payload).array();
    }

    /** A whole head in one frame. */
    static byte[] head(final int stream, final boolean end, final String method, final String path,
        final String... fields) {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(method, path, fields));
    }

    /** A header block of literals that touch no table: RFC 7541, section 6.2.2. */
    static byte[] block(final String method, final String path, final String... fields) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        literal(out, ":method", method);
        literal(out, ":scheme", "http");
        literal(out, ":path", path);
        for (int i = 0; i < fields.length; i += 2) {
            literal(out, fields[i], fields[i + 1]);
        }
        return out.toByteArray();
    }

    private static void literal(final ByteArrayOutputStream out, final String name, final String value) {
        out.write(0);
        text(out, name);
        text(out, value);
    }

    private static void text(final ByteArrayOutputStream out, final String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                out.write(length & 127 | 128);
            }
            out.write(length);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static byte[] int32(final int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    static byte[] setting(final int id, final int value) {
        return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    }

    /** The next frame; null at the end of the connection. */
    Frame next() throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        try {
            final int lengthAndType = in.readInt();
            final int flags = in.readUnsignedByte();
            final int stream = in.readInt();
            final byte[] payload = new byte[lengthAndType >>> 8];
            in.readFully(payload);
            return new Frame(lengthAndType & 0xff, flags, stream, payload);
        } catch (final EOFException | SocketException e) {
            return null;
        } catch (final SocketTimeoutException e) {
            throw new AssertionError("no frame within " + TIMEOUT_MS + " ms", e);
        }
    }

    /** The next frame of this type and stream; others are passed over, except a GOAWAY and a reset of this stream. */
    Frame await(final int type, final int stream) throws IOException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
        while (true) {
            final Frame frame = next();
            assertThat(frame).as("frame of type " + type + " on stream " + stream).isNotNull();
            if (frame.type == type && frame.stream == stream) {
                return frame;
            }
            assertThat(frame.type == GOAWAY || frame.type == RST_STREAM && frame.stream == stream)
                .as("unexpected " + frame + " with code " + (frame.payload.length < 4 ? 0 : frame.code())).isFalse();
            assertThat(System.nanoTime()).as("no frame of type " + type + " in time").isLessThan(deadlineNs);
        }
    }

    /** The status of the final head of a stream; none of it is compressed beyond the static table and Huffman. */
    Frame awaitHead(final int stream) throws IOException {
        return await(HEADERS, stream);
    }

    /** Reads to the end of the connection and returns the code of the GOAWAY, or -1 if there was none. */
    int awaitEnd() throws IOException {
        int code = -1;
        for (Frame frame = next(); frame != null; frame = next()) {
            if (frame.type == GOAWAY) {
                code = frame.code();
            }
        }
        return code;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
