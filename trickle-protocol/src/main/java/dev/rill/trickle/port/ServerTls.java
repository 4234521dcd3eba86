package dev.rill.trickle.port;

import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TrickleServerContext;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import javax.net.ssl.SSLException;

/** Makes the TLS side of a server from its options: BoringSSL where it loads, else the JDK's. */
final class ServerTls {
    private ServerTls() {
    }

    static SslContext create(final TrickleServerContext context) {
        final String what = "tlsCertificate=" + context.tlsCertificate() + " tlsKey=" + context.tlsKey();
        try {
            return SslContextBuilder.forServer(context.tlsCertificate().toFile(), context.tlsKey().toFile())
                .sslProvider(provider(context.tlsProvider()))
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(protocols(context.http2()))
                .build();
        } catch (final SSLException | IllegalArgumentException e) {
            throw new TrickleException(what + ": cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    private static SslProvider provider(final String wanted) {
        if ("openssl".equals(wanted) && !OpenSsl.isAvailable()) {
            throw new TrickleException("tlsProvider=openssl is not available here", OpenSsl.unavailabilityCause());
        }
        return "jdk".equals(wanted) || !OpenSsl.isAvailable() ? SslProvider.JDK : SslProvider.OPENSSL;
    }

    private static ApplicationProtocolConfig protocols(final boolean http2) {
        final String[] offered = http2
            ? new String[] {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1}
            : new String[] {ApplicationProtocolNames.HTTP_1_1};
        return new ApplicationProtocolConfig(
            Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, offered);
    }
}
