package dev.rill.it.peers;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A self-signed certificate.
 *
 * @param certificate PEM file.
 * @param key         PEM file.
 */
record Identity(Path certificate, Path key) {
    static Identity in(final Path folder) throws Exception {
        final X509Bundle bundle = new CertificateBuilder()
            .subject("CN=localhost").addSanDnsName("localhost").addSanIpAddress("127.0.0.1")
            .setIsCertificateAuthority(true).buildSelfSigned();
        return new Identity(
            write(folder.resolve("certificate.pem"), bundle.getCertificatePathPEM()),
            write(folder.resolve("key.pem"), bundle.getPrivateKeyPEM()));
    }

    private static Path write(final Path file, final String pem) throws IOException {
        return Files.writeString(file, pem);
    }
}
