package dev.rill.harness;

import dev.rill.trickle.HttpTrickleContext;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a peer is reached and who we are to it; shared by all commands that are clients. */
final class ConnectionOptions {
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(10);

    @ArgGroup
    private Token token = new Token();

    @ArgGroup
    private Trust trust = new Trust();

    @Option(
        names = "--http", paramLabel = "VERSION", defaultValue = "auto",
        description = "Protocol: http1, http2, or auto for what the peer chooses under TLS and HTTP/1.1 without. "
            + "Default: ${DEFAULT-VALUE}.")
    private String protocol;

    @Option(
        names = "--connect-timeout", paramLabel = "TIME", defaultValue = "5s", converter = TimeSpan.class,
        description = "Longest time to make a connection. Default: ${DEFAULT-VALUE}.")
    private Long connectTimeoutNs;

    /** One of two. */
    private static final class Token {
        @Option(
            names = "--token", paramLabel = "TOKEN",
            description = "Bearer token to send. Visible to other users of this machine; prefer --token-file.")
        private String token;

        @Option(
            names = "--token-file", paramLabel = "FILE",
            description = "File whose first word is the bearer token to send.")
        private Path file;

        String value() {
            return file == null ? token : TokenFile.first(file);
        }
    }

    /** One of two. */
    private static final class Trust {
        @Option(
            names = "--trust", paramLabel = "FILE",
            description = "Trust the certificates of this file (PEM) instead of those of the JDK.")
        private Path certificates;

        @Option(names = "--insecure", description = "Trust any certificate.")
        private boolean insecure;
    }

    /** Options of a connection to the channels below {@code base}; a peer that is not there is tried for 10 s. */
    HttpTrickleContext context(final URI base) {
        return new HttpTrickleContext().baseUri(base)
            .connectTimeoutNs(connectTimeoutNs).retryBudgetNs(RETRY_NS).protocol(protocol)
            .bearerToken(token.value()).trustCertificates(trust.certificates).insecureTls(trust.insecure);
    }
}
