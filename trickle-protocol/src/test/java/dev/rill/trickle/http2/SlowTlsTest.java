package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are slow at the beginning of TLS; one that has not begun may take its time. */
class SlowTlsTest {
    private static final long HEAD_MS = 300;
    private static final int WITHIN_MS = 5_000;

    private TrickleServer server;

    @BeforeEach
    void launch(@TempDir final Path folder) throws Exception {
        final X509Bundle identity = new CertificateBuilder()
            .subject("CN=localhost").setIsCertificateAuthority(true).buildSelfSigned();
        server = TrickleServer.launch(new TrickleServerContext()
            .tlsCertificate(Files.writeString(folder.resolve("certificate.pem"), identity.getCertificatePathPEM()))
            .tlsKey(Files.writeString(folder.resolve("key.pem"), identity.getPrivateKeyPEM()))
            .headTimeoutNs(TimeUnit.MILLISECONDS.toNanos(HEAD_MS)));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    @Tag("T-160")
    void shouldLetAPeerBeginLate() throws Exception {
        try (Socket clear = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            Thread.sleep(2 * HEAD_MS);

            assertServed(clear);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"16", "1603010200010001fc03", "160301"})
    void shouldEndAConnectionWhoseHandshakeStaysHalfDone(final String octets) throws IOException {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            slow.setSoTimeout(WITHIN_MS);
            slow.getOutputStream().write(HexFormat.of().parseHex(octets));

            assertThat(slow.getInputStream().read()).as("end of the connection").isNegative();

            Await.until(() -> "counters " + server.channels().counters(),
                () -> server.channels().counters().get("connections.closed.headTimeout") == 1);
        }
    }

    @Test
    void shouldEndAConnectionOnWhichNothingBeginsAfterTheHandshakeOnlyWhenAHeadStaysHalfSent() throws Exception {
        try (Socket clear = new Socket(InetAddress.getLoopbackAddress(), server.port());
             SSLSocket secure = secure(clear)) {
            secure.startHandshake();
            Thread.sleep(2 * HEAD_MS);
            secure.getOutputStream().write("GET /ch".getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(secure.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 408");
        }
    }

    private void assertServed(final Socket clear) throws Exception {
        try (SSLSocket secure = secure(clear)) {
            secure.getOutputStream().write("GET /ch/next HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(
                StandardCharsets.US_ASCII));

            assertThat(new String(secure.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 404");
        }
    }

    private static SSLSocket secure(final Socket clear) throws Exception {
        final SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        final SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(clear, "localhost", 0, false);
        secure.setSoTimeout(WITHIN_MS);
        return secure;
    }
}
