package dev.rill.trickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HttpTrickleContextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ftp://h/             | scheme ftp is not supported",
        "h:80                 | scheme h is not supported",
        "/ai/trickle/         | scheme null is not supported",
        "http:///x/           | names no host",
        "http://h/?q=1        | must have no user, query or fragment",
        "http://h:70000/      | port 70000 not in 1..65535",
        "http://h h/          | is not a URI"})
    void shouldRefuseBaseUriNamingIt(final String uri, final String message) {
        assertThatThrownBy(() -> new HttpTrickleContext().baseUri(uri).conclude())
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("baseUri=" + uri)
            .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseMissingBaseUri() {
        assertThatThrownBy(() -> new HttpTrickleContext().conclude()).hasMessageContaining("baseUri is missing");
    }

    @Test
    void shouldAcceptTlsBase() {
        assertThat(context().baseUri("https://h/x").conclude().baseUri().toString()).isEqualTo("https://h/x/");
    }

    @Test
    void shouldEndBasePathWithSlash() {
        assertThat(context().baseUri("http://h/ai/trickle").conclude().baseUri().toString())
            .isEqualTo("http://h/ai/trickle/");
        assertThat(context().baseUri("http://h:1").conclude().baseUri().toString()).isEqualTo("http://h:1/");
    }

    static Stream<Arguments> wrongOptions() {
        return Stream.of(
            wrong("backoffMaxNs=1 < backoffInitialNs=2", c -> c.backoffInitialNs(2).backoffMaxNs(1)),
            wrong("maxUnsentBytes=1023 not in 1024..1073741824", c -> c.maxUnsentBytes(1023)),
            wrong("maxQueuedBytes=1023 not in 1024..1073741824", c -> c.maxQueuedBytes(1023)),
            wrong("maxUnconfirmedSegments=0 not in 1..1024", c -> c.maxUnconfirmedSegments(0)),
            wrong("eventLoopThreads=0 not in 1..64", c -> c.eventLoopThreads(0)),
            wrong("retryBudgetNs=-1, expected >= 0", c -> c.retryBudgetNs(-1)),
            wrong("writeStallTimeoutNs=0, expected > 0", c -> c.writeStallTimeoutNs(0)),
            wrong("contentType: character 13 at index 1", c -> c.contentType("a\r\nb")),
            wrong("protocol=http3, expected one of [auto, http1, http2]", c -> c.protocol("http3")),
            wrong("tlsProvider=null, expected one of [auto, openssl, jdk]", c -> c.tlsProvider(null)),
            wrong("maxRetryBytes=-1 not in 0..1073741824", c -> c.maxRetryBytes(-1)),
            wrong("bearerToken of 3 characters, expected visible ASCII", c -> c.bearerToken("a b")),
            wrong("trustCertificates=/no/such.pem cannot be read", c -> c.trustCertificates(Path.of("/no/such.pem"))),
            wrong("insecureTls=true contradicts trustCertificates=/x.pem",
                c -> c.insecureTls(true).trustCertificates(Path.of("/x.pem"))),
            wrong("gapPolicy is null", c -> c.gapPolicy(null)));
    }

    @ParameterizedTest
    @MethodSource("wrongOptions")
    void shouldRefuseOptionNamingTheValues(final String message, final Consumer<HttpTrickleContext> change) {
        final HttpTrickleContext context = context();
        change.accept(context);

        assertThatThrownBy(context::conclude).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseChangeAndSecondUseOnceConcluded() {
        final HttpTrickleContext context = context().conclude();

        assertThatThrownBy(context::conclude).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.maxUnsentBytes(2048)).isInstanceOf(IllegalStateException.class);
    }

    private static Arguments wrong(final String message, final Consumer<HttpTrickleContext> change) {
        return Arguments.of(message, change);
    }

    private static HttpTrickleContext context() {
        return new HttpTrickleContext().baseUri("http://127.0.0.1:1/");
    }
}
