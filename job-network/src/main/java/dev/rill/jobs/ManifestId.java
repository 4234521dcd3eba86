package dev.rill.jobs;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names of sessions: channel URLs are the only capability, so a name carries 128 random bits. */
final class ManifestId {
    private static final int LENGTH_BYTES = 16;

    private ManifestId() {
    }

    /** 32 lower-case hex digits. */
    static String random() {
        final byte[] bits = new byte[LENGTH_BYTES];
        new SecureRandom().nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }
}
