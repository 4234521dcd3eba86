package dev.rill.harness;

import dev.rill.trickle.TrickleServerContext;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** TLS and HTTP/2 of a server. */
final class TlsOptions {
    @Option(
        names = "--tls-certificate", paramLabel = "FILE",
        description = "Serve over TLS with this certificate chain (PEM); needs --tls-key.")
    private Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Private key of the certificate (PEM, PKCS #8).")
    private Path key;

    @Option(
        names = "--tls-provider", paramLabel = "NAME", defaultValue = TrickleServerContext.DEFAULT_TLS_PROVIDER,
        description = "Who does TLS: openssl, jdk or auto. Default: ${DEFAULT-VALUE}.")
    private String provider;

    @Option(names = "--no-http2", description = "Speak HTTP/1.1 only.")
    private boolean noHttp2;

    void applyTo(final TrickleServerContext context) {
        context.tlsCertificate(certificate).tlsKey(key).tlsProvider(provider).http2(!noHttp2);
    }
}
