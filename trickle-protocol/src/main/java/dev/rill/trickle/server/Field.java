package dev.rill.trickle.server;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Name of a response header field, encoded once for every carriage. Immutable. */
public final class Field {
    static final Field SEQ = new Field("Lp-Trickle-Seq");
    static final Field LATEST = new Field("Lp-Trickle-Latest");
    static final Field OLDEST = new Field("Lp-Trickle-Oldest");
    static final Field SIZE = new Field("Lp-Trickle-Size");
    static final Field AGE = new Field("Lp-Trickle-Age");
    static final Field CLOSED = new Field("Lp-Trickle-Closed");
    static final Field TRUNCATED = new Field("Lp-Trickle-Truncated");
    static final Field ALLOW = new Field("Allow");
    static final Field CONTENT_TYPE = new Field("Content-Type");
    static final Field NO_SNIFF = new Field("X-Content-Type-Options");

    private final byte[] prefix;
    private final AsciiString lowerCase;

    private Field(final String name) {
        this.prefix = (name + ": ").getBytes(StandardCharsets.US_ASCII);
        this.lowerCase = AsciiString.cached(name).toLowerCase();
    }

    /**
     * A field of any name.
     *
     * @param name as people write it.
     * @return encoded.
     */
    public static Field of(final String name) {
        return new Field(name);
    }

    /** The name, a colon and a space, as an HTTP/1.1 line begins; not to be changed. */
    public byte[] prefix() {
        return prefix;
    }

    /** The name as HTTP/2 wants it. */
    public AsciiString lowerCase() {
        return lowerCase;
    }
}
