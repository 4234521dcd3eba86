package dev.rill.it.peers;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 and length of one segment. */
final class Digest {
    private final MessageDigest sha256;
    private long length;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void add(final byte[] bytes) {
        add(ByteBuffer.wrap(bytes));
    }

    void add(final ByteBuffer bytes) {
        length += bytes.remaining();
        sha256.update(bytes);
    }

    long length() {
        return length;
    }

    /** The digest in hexadecimal; once, and nothing may be added afterwards. */
    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
