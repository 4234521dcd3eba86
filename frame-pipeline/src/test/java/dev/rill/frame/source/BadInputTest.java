package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.Skip;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BadInputTest {
    @TempDir
    Path directory;

    private final PacketPool packets = new PacketPool();

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    @Test
    void shouldNameAFileThatIsMissing() {
        refused(directory.resolve("missing.mp4"), "no such file");
    }

    @Test
    void shouldNameADirectory() {
        refused(directory, "expected a media file, actual directory");
    }

    @Test
    void shouldRefuseAPipeAtOnce() throws Exception {
        final Path pipe = directory.resolve("pipe.mp4");
        Skip.unless(madePipe(pipe), "mkfifo is missing");

        for (final String location : new String[] {pipe.toString(), "file://" + pipe}) {
            CompletableFuture.runAsync(() -> refused(location, "expected a regular file")).get(8, TimeUnit.SECONDS);
        }
    }

    private static boolean madePipe(final Path pipe) throws InterruptedException {
        try {
            return new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor() == 0;
        } catch (final IOException ex) {
            return false;
        }
    }

    @Test
    void shouldNameASizeThatFitsNoSlot() throws IOException {
        final String picture = "FRAME\n" + "x".repeat(64 + 2 * 32);
        final Path file = directory.resolve("narrow.y4m");
        Files.writeString(file, "YUV4MPEG2 W1 H64 F25:1 Ip A1:1 C420jpeg\n" + picture.repeat(3));

        refused(file, "expected pictures of 2x2 to 16384x16384, actual 1x64");
    }

    @Test
    void shouldNameAnEmptyFile() throws IOException {
        refused(Files.createFile(directory.resolve("empty.mp4")), "actual file is empty (0 bytes)");
    }

    @Test
    void shouldNameAFileThatMayNotBeRead() throws IOException {
        final Path file = Files.writeString(directory.resolve("secret.mp4"), "x");
        Skip.unless(file.toFile().setReadable(false) && !Files.isReadable(file), "this user may read everything");

        refused(file, "not readable");
    }

    @Test
    void shouldNameWhatIsNotMedia() throws IOException {
        final byte[] noise = new byte[50_000];
        new Random(3).nextBytes(noise);
        refused(Files.write(directory.resolve("noise.mp4"), noise), "expected media that can be opened");
        refused(Files.write(directory.resolve("zeros.ts"), new byte[50_000]), "expected media that can be opened");
        refused(Files.writeString(directory.resolve("notes.txt"), "No media.\n".repeat(500)), "plain text");
    }

    @Test
    void shouldNameWhatIsThereWhenThereIsNoVideo() {
        final Path file = new SampleMedia().video("").audio("aac").write(directory.resolve("sound.mp4"));

        refused(file, "no video stream; expected one, found: audio aac");
    }

    @Test
    void shouldNameAFileWithoutItsIndex() {
        final Path file = new SampleMedia().write(directory.resolve("whole.mp4"));

        refused(SampleMedia.truncate(file, directory.resolve("half.mp4"), 0.5), "expected media that can be opened");
    }

    @Test
    void shouldNameAUrlNobodyServes() throws IOException {
        final int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }

        refused("http://127.0.0.1:" + port + "/live.ts", "Connection refused");
        refused("nosuchscheme://host/live.ts", "Protocol not found");
    }

    @Test
    void shouldGiveUpAtOnceWhenClosedWhileThePeerIsSilent() throws Exception {
        final Path sample = new SampleMedia().frames(200).write(directory.resolve("live.ts"));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final CompletableFuture<Socket> peer = serve(server, Files.readAllBytes(sample));
            final FileSource source =
                FileSource.open("http://127.0.0.1:" + server.getLocalPort() + "/live.ts", packets);
            final AtomicInteger count = new AtomicInteger();
            final CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> readAll(source, count));
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
            while (count.get() < 150 && System.nanoTime() < deadlineNs) {
                Thread.sleep(5);
            }
            assertThat(count.get()).as("packets read of 200").isGreaterThanOrEqualTo(150);
            assertThat(reader.isDone()).as("reader waits for the peer").isFalse();

            source.close();

            reader.get(5, TimeUnit.SECONDS);
            peer.get().close();
        }
    }

    private static void readAll(final FileSource source, final AtomicInteger count) {
        boolean more = true;
        while (more) {
            more = source.read((final Packet packet) -> {
                count.incrementAndGet();
                packet.release();
            });
        }
    }

    /** Sends a head and a file, then keeps silent with the connection open. */
    private static CompletableFuture<Socket> serve(final ServerSocket server, final byte[] body) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                final Socket socket = server.accept();
                socket.getInputStream().read();
                socket.getOutputStream().write("HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n".getBytes());
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
                return socket;
            } catch (final IOException ex) {
                throw new IllegalStateException(ex);
            }
        });
    }

    private void refused(final Path file, final String reason) {
        refused(file.toString(), reason);
    }

    private void refused(final String location, final String reason) {
        assertThatThrownBy(() -> FileSource.open(location, packets).close())
            .isInstanceOf(MediaException.class)
            .hasMessageStartingWith(location + ": ")
            .hasMessageContaining(reason)
            .hasMessageNotContainingAny("\n", "\r");
    }
}
