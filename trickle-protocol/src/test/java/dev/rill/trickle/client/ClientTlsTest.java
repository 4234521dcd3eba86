package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.testing.Await;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a client trusts, and what it agrees upon with a peer. */
@ExtendWith(LeakCheck.class)
class ClientTlsTest {
    private static final Identity ELSEWHERE = new Identity("elsewhere.example");

    private final RecordingHandler handler = new RecordingHandler();
    private TrickleServer server;
    private HttpTrickle trickle;

    @AfterEach
    void close() {
        if (trickle != null) {
            trickle.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    void shouldRefuseACertificateThatNobodyVouchesFor(final String provider) {
        launch(Identity.ofLocalhost(), true);
        trickle = HttpTrickle.connect(context().tlsProvider(provider));

        assertDistrusted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    void shouldRefuseACertificateForAnotherHost(final String provider) {
        launch(ELSEWHERE, true);
        trickle = HttpTrickle.connect(context().tlsProvider(provider).trustCertificates(ELSEWHERE.certificate()));

        assertDistrusted();
        assertThatThrownBy(() -> trickle.awaitNext("ch")).isInstanceOf(TrickleException.class)
            .hasRootCauseInstanceOf(CertificateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    void shouldTakeAnyCertificateWhenToldTo(final String provider) {
        launch(ELSEWHERE, true);
        trickle = HttpTrickle.connect(context().tlsProvider(provider).insecureTls(true));

        assertThat(trickle.awaitNext("ch")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"auto, true, 1", "auto, false, 2", "http1, true, 2", "http2, true, 1"})
    void shouldSpeakWhatBothSidesKnow(final String protocol, final boolean serverKnowsHttp2, final int connections) {
        launch(Identity.ofLocalhost(), serverKnowsHttp2);
        trickle = HttpTrickle.connect(context().protocol(protocol)
            .trustCertificates(Identity.ofLocalhost().certificate()));
        final TricklePublisher publisher = trickle.publish("ch");
        publisher.beginSegment().complete();
        Await.until(() -> "unconfirmed", () -> publisher.unconfirmedSegments() == 0);

        Await.until(() -> "counters " + trickle.counters(),
            () -> trickle.counters().get("connections_opened") == connections);
    }

    @Test
    void shouldGiveUpAPeerThatDoesNotSpeakTheOnlyProtocolAllowed() {
        launch(Identity.ofLocalhost(), false);
        trickle = HttpTrickle.connect(context().protocol("http2").retryBudgetNs(0)
            .trustCertificates(Identity.ofLocalhost().certificate()));
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);

        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(handler.end()).isEqualTo(EndReason.PEER_LOST);
    }

    @Test
    void shouldNameTheFileThatHoldsNoCertificates(@TempDir final Path folder) throws Exception {
        final Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "not PEM");

        assertThatThrownBy(() -> HttpTrickle.connect(new HttpTrickleContext().baseUri("https://localhost:1/")
            .trustCertificates(nonsense))).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("trustCertificates=" + nonsense);
    }

    private void assertDistrusted() {
        final TricklePublisher publisher = trickle.publish("ch");
        final TricklePublisher resumed = trickle.resume("ch", "text/plain");
        final TrickleSubscriber subscriber = trickle.subscribe("ch", Trickle.NEXT);
        handler.pollUntil(subscriber, subscriber::isEnded);
        assertThat(handler.end()).isEqualTo(EndReason.NOT_TRUSTED);
        Await.until(() -> "failure " + publisher.failure(), () -> publisher.failure() == EndReason.NOT_TRUSTED);
        Await.until(() -> "failure " + resumed.failure(), () -> resumed.failure() == EndReason.NOT_TRUSTED);
    }

    private void launch(final Identity identity, final boolean http2) {
        server = TrickleServer.launch(new TrickleServerContext().http2(http2)
            .tlsCertificate(identity.certificate()).tlsKey(identity.key()));
        server.channels().create("ch", "text/plain");
    }

    private HttpTrickleContext context() {
        return new HttpTrickleContext().baseUri("https://localhost:" + server.port() + "/");
    }
}
