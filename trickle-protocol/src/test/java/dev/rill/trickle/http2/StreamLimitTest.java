package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A peer that opens more streams than it was told it may: written by hand, as no library lets one. */
class StreamLimitTest {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int END_STREAM_END_HEADERS = 5;
    private static final int ACK = 1;
    private static final int REFUSED_STREAM = 7;

    @Test
    void shouldRefuseStreamsBeyondTheLimitAndCountThem() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().maxStreamsPerConnection(2);
        try (TrickleServer server = TrickleServer.launch(context);
             Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            server.channels().create("ch", "text/x");
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            send(socket, SETTINGS, 0, 0, new byte[0]);
            send(socket, SETTINGS, ACK, 0, new byte[0]);
            get(socket, 1);
            get(socket, 3);
            Await.until(() -> server.channels().stats("ch").toString(),
                () -> server.channels().stats("ch").orElseThrow().parkedReaders() == 2);
            assertThat(server.channels().counters()).containsEntry("streams.refused.limit", 0L);

            get(socket, 5);

            assertThat(awaitReset(socket)).isEqualTo("stream 5 code " + REFUSED_STREAM);
            assertThat(server.channels().counters()).containsEntry("streams.refused.limit", 1L);
            assertThat(server.channels().stats("ch").orElseThrow().parkedReaders()).isEqualTo(2);
        }
    }

    /** HPACK: indexed method and scheme, literal path without indexing. */
    private static void get(final Socket socket, final int stream) throws IOException {
        final byte[] path = "/ch/0".getBytes(StandardCharsets.US_ASCII);
        final ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82);
        block.write(0x86);
        block.write(0x04);
        block.write(path.length);
        block.write(path);
        send(socket, HEADERS, END_STREAM_END_HEADERS, stream, block.toByteArray());
    }

    private static void send(
        final Socket socket, final int type, final int flags, final int stream, final byte[] payload)
        throws IOException {
        final ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream});
        frame.write(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    private static String awaitReset(final Socket socket) throws IOException {
        final DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            final int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
            final int type = in.readUnsignedByte();
            in.readUnsignedByte();
            final int stream = in.readInt();
            if (type == RST_STREAM) {
                return "stream " + stream + " code " + in.readInt();
            }
            in.readFully(new byte[length]);
        }
    }
}
