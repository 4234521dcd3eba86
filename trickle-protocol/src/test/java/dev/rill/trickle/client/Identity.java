package dev.rill.trickle.client;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;

/** A self-signed certificate and its key in PEM files that go away with the JVM. */
final class Identity {
    private static final Identity LOCALHOST = new Identity("localhost");

    private final Path certificate;
    private final Path key;

    Identity(final String host) {
        try {
            final X509Bundle bundle = new CertificateBuilder().subject("CN=" + host).addSanDnsName(host)
                .setIsCertificateAuthority(true).buildSelfSigned();
            certificate = file("certificate", bundle.getCertificatePathPEM());
            key = file("key", bundle.getPrivateKeyPEM());
        } catch (final Exception e) {
            throw new AssertionError("no certificate for " + host, e);
        }
    }

    static Identity ofLocalhost() {
        return LOCALHOST;
    }

    Path certificate() {
        return certificate;
    }

    Path key() {
        return key;
    }

    private static Path file(final String name, final String text) throws Exception {
        final Path path = Files.createTempFile(name, ".pem");
        path.toFile().deleteOnExit();
        return Files.writeString(path, text);
    }
}
