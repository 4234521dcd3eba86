package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others can do with channels while they are live, through the command line. */
class SecondTerminalTest {
    @TempDir
    private Path folder;

    @Test
    void shouldFollowBothMediaChannelsOfARunningSession() throws InterruptedException {
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = scenario.start("tint", 30, folder.resolve("out.ts"))) {
            Scenario.await("first frames", () -> session.report().framesOut() > 10);

            for (final URI url : new URI[] {session.urls().publishUrl(), session.urls().subscribeUrl()}) {
                final Path copy = folder.resolve("copy.ts");
                final Cli result = rill("subscribe", url.toString(), "-n", "1", "-o", copy.toString());
                assertThat(result.exitCode()).as(result.toString()).isZero();
                assertThat(MediaProbe.of(copy).pictures).as("pictures of " + url).hasSizeGreaterThanOrEqualTo(30);
            }
            session.stop();
            assertThat(Scenario.awaitEnd(session).failure()).isNull();
        }
    }

    @Test
    void shouldPublishAndSubscribeThroughAServer() throws InterruptedException, ExecutionException, IOException {
        final Served served = Served.start();
        final Path copy = folder.resolve("copy.ts");
        final String url = served.base() + "movie";
        assertThat(rill("subscribe", url, "-o", copy.toString()).exitCode()).as("before it exists")
            .isEqualTo(1);

        final CompletableFuture<Cli> publish =
            CompletableFuture.supplyAsync(() -> rill("publish", "test", url, "--seconds", "3", "--size", "192x128"));
        Scenario.await("channel", () -> exists(url));
        final Cli subscribe = rill("subscribe", url, "--from", "0", "-o", copy.toString());

        assertThat(publish.get().exitCode()).as(publish.get().toString()).isZero();
        assertThat(subscribe.exitCode()).as(subscribe.toString()).isZero();
        assertThat(MediaProbe.of(copy).pictures).hasSize(90);
        assertThat(Files.size(copy) % 188).as("whole transport packets").isZero();
        served.stop();
    }

    private static boolean exists(final String url) {
        try {
            final HttpURLConnection connection =
                (HttpURLConnection) URI.create(url + "/next").toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            return connection.getResponseCode() == 200;
        } catch (final IOException e) {
            return false;
        }
    }

    /** A trickle server as {@code rill serve} starts it, without its wait for the end of the process. */
    private record Served(TrickleServer server) {
        static Served start() {
            return new Served(TrickleServer.launch(
                new TrickleServerContext().autocreate(true)));
        }

        URI base() {
            return server.baseUri();
        }

        void stop() {
            server.close();
        }
    }
}
