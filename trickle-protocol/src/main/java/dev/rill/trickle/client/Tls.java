package dev.rill.trickle.client;

import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.TrickleException;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** What the options say about TLS and the protocols on top of it. Any thread. */
final class Tls {
    private static final String AUTO = "auto";
    private static final String JDK = "jdk";

    private Tls() {
    }

    static boolean isHttp1Only(final HttpTrickleContext options) {
        return "http1".equals(options.protocol());
    }

    static boolean isHttp2Only(final HttpTrickleContext options) {
        return "http2".equals(options.protocol());
    }

    /**
     * The TLS side of a carriage. The host name is sent (SNI) and checked, unless nothing is to be checked.
     *
     * @throws IllegalArgumentException if the trusted certificates cannot be understood.
     * @throws TrickleException         if the demanded provider is not there.
     */
    static SslContext context(final HttpTrickleContext options) {
        final SslContextBuilder builder = SslContextBuilder.forClient()
            .sslProvider(provider(options.tlsProvider()))
            .applicationProtocolConfig(protocols(options))
            .endpointIdentificationAlgorithm(options.insecureTls() ? null : "HTTPS");
        if (options.insecureTls()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        try {
            if (options.trustCertificates() != null) {
                builder.trustManager(options.trustCertificates().toFile());
            }
            return builder.build();
        } catch (final SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("trustCertificates=" + options.trustCertificates()
                + ": not a PEM file with certificates: " + e.getMessage(), e);
        }
    }

    /** Whether a connection failed because of who the peer says it is; trying again will not help. */
    static boolean isDistrust(final Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    private static SslProvider provider(final String wanted) {
        if (JDK.equals(wanted) || AUTO.equals(wanted) && !OpenSsl.isAvailable()) {
            return SslProvider.JDK;
        }
        if (!OpenSsl.isAvailable()) {
            throw new TrickleException("tlsProvider=" + wanted + ": the native library cannot be loaded",
                OpenSsl.unavailabilityCause());
        }
        return SslProvider.OPENSSL_REFCNT;
    }

    private static ApplicationProtocolConfig protocols(final HttpTrickleContext options) {
        final String[] names = isHttp1Only(options) ? new String[] {ApplicationProtocolNames.HTTP_1_1}
            : isHttp2Only(options) ? new String[] {ApplicationProtocolNames.HTTP_2}
            : new String[] {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1};
        return new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, names);
    }
}
