package dev.rill.trickle;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Range checks of {@link HttpTrickleContext}; every message names the option, the value and what was expected. */
final class ContextChecks {
    private ContextChecks() {
    }

    /** Everything but the base URI. */
    static void http(final HttpTrickleContext context) {
        contentType(context.contentType());
        range("eventLoopThreads", context.eventLoopThreads(), 1, 64);
        range("connectTimeoutNs", context.connectTimeoutNs(), TimeUnit.MILLISECONDS.toNanos(1),
            TimeUnit.MINUTES.toNanos(10));
        positive("backoffInitialNs", context.backoffInitialNs());
        notLess("backoffMaxNs", context.backoffMaxNs(), "backoffInitialNs", context.backoffInitialNs());
        notNegative("retryBudgetNs", context.retryBudgetNs());
        notNegative("notFoundRetryNs", context.notFoundRetryNs());
        notNegative("restartAcceptNs", context.restartAcceptNs());
        positive("writeStallTimeoutNs", context.writeStallTimeoutNs());
        positive("confirmTimeoutNs", context.confirmTimeoutNs());
        notNegative("closeTimeoutNs", context.closeTimeoutNs());
        range("maxUnsentBytes", context.maxUnsentBytes(), 1024, 1 << 30);
        range("maxUnconfirmedSegments", context.maxUnconfirmedSegments(), 1, 1024);
        range("maxQueuedBytes", context.maxQueuedBytes(), 1024, 1 << 30);
        range("maxRetryBytes", context.maxRetryBytes(), 0, 1 << 30);
        present("gapPolicy", context.gapPolicy());
        present("nanoClock", context.nanoClock());
        oneOf("protocol", context.protocol(), "auto", "http1", "http2");
        security(context);
    }

    private static void security(final HttpTrickleContext context) {
        oneOf("tlsProvider", context.tlsProvider(), "auto", "openssl", "jdk");
        if (context.insecureTls() && context.trustCertificates() != null) {
            throw new IllegalArgumentException("insecureTls=true contradicts trustCertificates="
                + context.trustCertificates());
        }
        if (context.trustCertificates() != null && !Files.isReadable(context.trustCertificates())) {
            throw new IllegalArgumentException("trustCertificates=" + context.trustCertificates()
                + " cannot be read, expected a PEM file");
        }
        final String token = context.bearerToken();
        if (token != null && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c <= '~'))) {
            throw new IllegalArgumentException("bearerToken of " + token.length()
                + " characters, expected visible ASCII");
        }
    }

    private static void oneOf(final String name, final String value, final String... expected) {
        final List<String> values = Arrays.asList(expected);
        if (!values.contains(value)) {
            throw new IllegalArgumentException(name + "=" + value + ", expected one of " + values);
        }
    }

    static URI parse(final String text) {
        if (text == null) {
            return null;
        }
        try {
            return new URI(text);
        } catch (final URISyntaxException e) {
            throw new IllegalArgumentException("baseUri=" + text + " is not a URI: " + e.getMessage(), e);
        }
    }

    /** The base with a trailing slash, checked. */
    static URI channelBase(final URI base) {
        if (base == null) {
            throw new IllegalArgumentException("baseUri is missing, expected for example http://127.0.0.1:2939/");
        }
        if (!"http".equalsIgnoreCase(base.getScheme()) && !"https".equalsIgnoreCase(base.getScheme())) {
            throw new IllegalArgumentException("baseUri=" + base + ": scheme " + base.getScheme()
                + " is not supported, expected http or https");
        }
        if (base.getHost() == null) {
            throw new IllegalArgumentException("baseUri=" + base + " names no host, expected http://host[:port]/path/");
        }
        if (base.getRawQuery() != null || base.getRawFragment() != null || base.getRawUserInfo() != null) {
            throw new IllegalArgumentException("baseUri=" + base + " must have no user, query or fragment");
        }
        if (base.getPort() == 0 || base.getPort() > 65535) {
            throw new IllegalArgumentException("baseUri=" + base + ": port " + base.getPort() + " not in 1..65535");
        }
        final String path = base.getRawPath() == null ? "" : base.getRawPath();
        return path.endsWith("/") ? base : URI.create(base + "/");
    }

    static void contentType(final String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("contentType=" + value + ", expected a media type");
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                throw new IllegalArgumentException("contentType: character " + (int) value.charAt(i) + " at index " + i
                    + " is not printable ASCII");
            }
        }
    }

    static void range(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " not in " + min + ".." + max);
        }
    }

    static void positive(final String name, final long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + "=" + value + ", expected > 0");
        }
    }

    static void notNegative(final String name, final long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + ", expected >= 0");
        }
    }

    static void notLess(final String name, final long value, final String otherName, final long other) {
        if (value < other) {
            throw new IllegalArgumentException(name + "=" + value + " < " + otherName + "=" + other);
        }
    }

    static void present(final String name, final Object value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is null");
        }
    }
}
