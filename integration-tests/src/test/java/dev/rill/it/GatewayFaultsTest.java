package dev.rill.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.media.SampleMedia;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.JobException;
import dev.rill.jobs.OrchestratorContext;
import dev.rill.jobs.gateway.HttpOrchestratorLink;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a session whose gateway vanishes, and of a gateway whose orchestrator hangs. */
class GatewayFaultsTest {
    private static final SessionRequest TINT = new SessionRequest("tint", Map.of(), "", "");
    private static final long START_LIMIT_NS =
        TimeUnit.MILLISECONDS.toNanos(HttpOrchestratorLink.START_TIMEOUT_MS) + TimeUnit.SECONDS.toNanos(5);

    @TempDir
    private Path folder;

    @Test
    void shouldFreeTheSessionWhenTheGatewayVanishesInMidSegment() throws IOException, InterruptedException {
        final byte[] media = Files.readAllBytes(
            new SampleMedia().size(192, 128).audio("aac").frames(50).write(folder.resolve("media.ts")));
        try (Scenario scenario = Scenario.launch(impatient())) {
            final SessionReply urls = scenario.link.start(TINT);
            try (Socket publisher = connect(urls.publishUrl()); Socket reader = connect(urls.subscribeUrl())) {
                send(reader, "GET " + urls.subscribeUrl().getPath() + "/0 HTTP/1.1\r\nHost: gateway\r\n\r\n");
                send(publisher, "POST " + urls.publishUrl().getPath() + "/0 HTTP/1.1\r\nHost: gateway\r\n"
                    + "Content-Type: video/MP2T\r\nContent-Length: " + 2 * media.length + "\r\n\r\n");
                publisher.getOutputStream().write(media);
                Scenario.await("frames at the engine", () -> framesOut(scenario, urls) > 0);

                publisher.setSoLinger(true, 0); // Closing resets the connection, as the end of a process may.
                reader.setSoLinger(true, 0);
            }

            assertGone(scenario);
        }
    }

    @Test
    void shouldFreeTheSessionWhenTheGatewayNeverPublishes() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(impatient())) {
            scenario.link.start(TINT);
            assertThat(scenario.orchestrator.sessionCount()).isEqualTo(1);

            assertGone(scenario);
        }
    }

    @Test
    void shouldGiveUpOnAnOrchestratorThatNeverAnswers() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            HttpOrchestratorLink link =
                new HttpOrchestratorLink(URI.create("http://127.0.0.1:" + mute.getLocalPort() + "/"))) {
            final long startNs = System.nanoTime();

            assertThatThrownBy(() -> link.start(TINT)).isInstanceOf(JobException.class)
                .hasMessageContaining("127.0.0.1:" + mute.getLocalPort())
                .extracting(Throwable::getMessage).asString().hasLineCount(1);

            assertThat(System.nanoTime() - startNs).as("time to give up in ns").isLessThan(START_LIMIT_NS);
        }
    }

    private static OrchestratorContext impatient() {
        return new OrchestratorContext()
            .bridge(new BridgeContext())
            .policy(DeliveryPolicy.LIVE)
            .server(new TrickleServerContext()
                .idleTimeoutNs(TimeUnit.SECONDS.toNanos(1)).sweepIntervalNs(TimeUnit.MILLISECONDS.toNanos(50)));
    }

    private static void assertGone(final Scenario scenario) throws InterruptedException {
        Scenario.await("session gone", () -> scenario.orchestrator.sessionCount() == 0);
        Scenario.await("channels gone", () -> scenario.orchestrator.server().channels().names().isEmpty());
    }

    private static long framesOut(final Scenario scenario, final SessionReply urls) {
        return ((Number) scenario.orchestrator.session(urls.manifestId()).orElseThrow().statistics().get("frames_out"))
            .longValue();
    }

    private static Socket connect(final URI url) throws IOException {
        return new Socket(url.getHost(), url.getPort());
    }

    private static void send(final Socket socket, final String head) throws IOException {
        final OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(US_ASCII));
        out.flush();
    }
}
