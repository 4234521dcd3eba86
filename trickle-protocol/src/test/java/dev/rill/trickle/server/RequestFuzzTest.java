package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * Whatever a peer sends, its connection ends when the peer does, nothing is left of it, and a bystander is served on.
 * <p>
 * An input is the bytes of one connection, after which the peer shuts its output. The corpus is in {@code
 * RequestFuzzTestInputs}; {@code JAZZER_FUZZ=1 mvn -pl trickle-protocol -am test -Dtest=RequestFuzzTest} looks for
 * more.
 */
class RequestFuzzTest {
    private static final int TIMEOUT_MS = 5_000;

    private static TrickleServer server;
    private static Bystander bystander;

    @BeforeAll
    static void launch() throws IOException {
        server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true)
            .maxChannels(64)
            .maxSegmentLength(1 << 16)
            .abortGraceNs(TimeUnit.MILLISECONDS.toNanos(1))
            .closeLingerNs(0)
            .tombstoneNs(0)
            .connectionLingerNs(TimeUnit.MILLISECONDS.toNanos(1)));
        bystander = new Bystander(server);
    }

    @AfterAll
    static void assertNothingLeft() throws IOException {
        bystander.assertUndisturbed();
        bystander.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @FuzzTest
    @Tag("fuzz")
    void shouldAnswerOrEndWhateverAPeerSends(final byte[] input) throws IOException {
        final SilentCloseable toTheServer = BugDetectors.allowNetworkConnections();
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            peer.setSoTimeout(TIMEOUT_MS);
            peer.getOutputStream().write(input);
            peer.shutdownOutput();
            readToTheEnd(peer.getInputStream());
        } catch (final SocketException e) {
            assertThat(e).as("the server may end the connection first").hasMessageMatching(".*(reset|Broken pipe).*");
        } finally {
            toTheServer.close();
        }
        Await.until(() -> "connections " + server.channels().counters(),
            () -> server.channels().counters().get("connections.open") == 2);
        bystander.assertUndisturbed();
        server.channels().names().stream().filter(name -> !name.startsWith("bystander"))
            .forEach(server.channels()::close);
    }

    private static void readToTheEnd(final InputStream in) throws IOException {
        final byte[] buffer = new byte[8192];
        int read = in.read(buffer);
        while (read >= 0) {
            read = in.read(buffer);
        }
    }
}
