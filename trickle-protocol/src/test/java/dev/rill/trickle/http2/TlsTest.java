package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.testing.Await;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    private static X509Bundle identity;
    private static Path certificate;
    private static Path key;

    @BeforeAll
    static void makeIdentity(@TempDir final Path folder) throws Exception {
        identity = new CertificateBuilder()
            .subject("CN=localhost").addSanDnsName("localhost").setIsCertificateAuthority(true).buildSelfSigned();
        certificate = Files.writeString(folder.resolve("certificate.pem"), identity.getCertificatePathPEM());
        key = Files.writeString(folder.resolve("key.pem"), identity.getPrivateKeyPEM());
    }

    @ParameterizedTest
    @CsvSource({"openssl, auto", "jdk, auto", "auto, nio", "auto, io_uring"})
    void shouldServeHttp2UnderTls(final String provider, final String transport) throws Exception {
        final TrickleServer server = launchOrSkip(options().tlsProvider(provider).transport(transport));
        try (server; Http2Peer peer = Http2Peer.connect(server.port(), http2Client())) {
            assertThat(server.baseUri().getScheme()).isEqualTo("https");
            final Http2Exchange reader = peer.get("/ch/-1");
            assertThat(reader.awaitStatus()).isEqualTo(404);
            final Http2Exchange writer = peer.post("/ch/0");
            writer.send("hello", true);
            assertThat(writer.awaitStatus()).isEqualTo(200);
            assertThat(peer.get("/ch/0").awaitText()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl", "jdk"})
    @Tag("T-163")
    void shouldServeHttp11UnderTlsWithTheHeadOfAParkedReadInOnePieceWithItsFirstByte(final String provider)
        throws Exception {
        try (TrickleServer server = TrickleServer.launch(options().tlsProvider(provider));
             SSLSocket reader = http1Socket(server.port(), "http/1.1");
             SSLSocket writer = http1Socket(server.port())) {
            assertThat(reader.getApplicationProtocol()).isEqualTo("http/1.1");
            send(writer, "POST /ch HTTP/1.1\r\nHost: x\r\nExpect-Content: text/x\r\nContent-Length: 0\r\n\r\n");
            readUntil(writer, "\r\n\r\n");
            send(reader, "GET /ch/0 HTTP/1.1\r\nHost: x\r\n\r\n");
            send(writer, "POST /ch/0 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");

            final byte[] first = new byte[4096];
            final int count = reader.getInputStream().read(first);

            assertThat(new String(first, 0, count, StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Type: text/x\r\n").endsWith("5\r\nhello\r\n");
            send(writer, "0\r\n\r\n");
            assertThat(readUntil(reader, "0\r\n\r\n")).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void shouldOfferHttp11OnlyWhenHttp2IsSwitchedOff() throws Exception {
        try (TrickleServer server = TrickleServer.launch(options().http2(false));
             SSLSocket socket = http1Socket(server.port(), "h2", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void shouldCountAConnectionThatSpeaksNoTlsAndServeTheOthers() throws Exception {
        try (TrickleServer server = TrickleServer.launch(options());
             Socket clear = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            clear.getOutputStream().write("GET /ch/0 HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Await.until(() -> "counters " + server.channels().counters(),
                () -> server.channels().counters().get("connections.failed.tls") == 1);
            try (Http2Peer peer = Http2Peer.connect(server.port(), http2Client())) {
                assertThat(peer.get("/ch/next").awaitStatus()).isEqualTo(404);
            }
        }
    }

    @Test
    void shouldNameTheFileThatCannotBeUsed(@TempDir final Path folder) throws IOException {
        final Path missing = folder.resolve("missing.pem");
        final Path rubbish = Files.writeString(folder.resolve("rubbish.pem"), "rubbish");

        assertThatThrownBy(() -> TrickleServer.launch(new TrickleServerContext().tlsCertificate(certificate)))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("expected both or neither");
        assertThatThrownBy(() -> TrickleServer.launch(options().tlsKey(missing)))
            .isInstanceOf(IllegalArgumentException.class).hasMessage("tlsKey=" + missing + ": cannot be read");
        assertThatThrownBy(() -> TrickleServer.launch(options().tlsKey(rubbish)))
            .isInstanceOf(TrickleException.class).hasMessageContaining("tlsKey=" + rubbish);
    }

    private static TrickleServerContext options() {
        return new TrickleServerContext().autocreate(true).tlsCertificate(certificate).tlsKey(key);
    }

    private static TrickleServer launchOrSkip(final TrickleServerContext context) {
        try {
            return TrickleServer.launch(context);
        } catch (final TrickleException e) {
            if (e.getMessage().equals("transport=io_uring is not available here")) {
                System.out.println("skipped: " + e.getMessage() + ": " + e.getCause());
                Assumptions.abort(e.getMessage());
            }
            throw e;
        }
    }

    private static SslContext http2Client() throws Exception {
        return SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(identity.getCertificate())
            .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, "h2"))
            .build();
    }

    private static SSLSocket http1Socket(final int port, final String... protocols) throws Exception {
        final TrustManagerFactory trust =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trustStore());
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        final SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(5_000);
        socket.startHandshake();
        return socket;
    }

    private static KeyStore trustStore() throws Exception {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", identity.getCertificate());
        return store;
    }

    private static void send(final Socket socket, final String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String readUntil(final Socket socket, final String end) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (!out.toString(StandardCharsets.US_ASCII).endsWith(end)) {
            final int b = socket.getInputStream().read();
            assertThat(b).as("a byte after " + out).isNotNegative();
            out.write(b);
        }
        return out.toString(StandardCharsets.US_ASCII);
    }
}
