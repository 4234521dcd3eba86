package dev.rill.conform.wire;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS that believes every certificate: the kit judges the protocol, and servers in the field sign their own. */
final class TrustAll implements X509TrustManager {
    private TrustAll() {
    }

    static SSLSocketFactory sockets() {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, null);
            return context.getSocketFactory();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this Java", e);
        }
    }

    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String authType) {
        // Believed.
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String authType) {
        // Believed.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
