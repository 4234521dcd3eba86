package dev.rill.conform.wire;

import dev.rill.conform.Mismatch;
import java.io.IOException;

/**
 * One {@code conn} of a scenario: sends requests one after the other and looks at what comes back. On HTTP/1.1 it is a
 * connection; a protocol with streams gives each of its requests a stream.
 * <p>
 * Not thread-safe. Methods named {@code await…} and {@code assert…} take a deadline in milliseconds from the call and
 * throw {@link Mismatch} when something else comes, or nothing; an {@link IOException} means that the socket failed.
 */
public interface Connection extends AutoCloseable {
    /** Sends a head and, if it is there, a whole body, in one write. */
    void request(Outgoing request) throws IOException;

    /** Sends a piece of an open body in one write. */
    void chunk(byte[] data) throws IOException;

    /** Ends an open body. */
    void endBody() throws IOException;

    /** Gives up abruptly: a TCP reset, or its equivalent for a stream. */
    void reset() throws IOException;

    /** Reads the head of the next final response; skips the rest of the body before it and informational ones. */
    void awaitFinalHead(long withinMs) throws IOException;

    /** Reads one informational response. */
    void awaitInterim(long withinMs) throws IOException;

    /** Status of the response that was read last. */
    int status();

    /** Value of a header of the response that was read last, or null; names in any case. */
    String header(String name);

    /** False if the protocol has no such header, so that a scenario's expectation of it means nothing. */
    boolean carries(String headerName);

    /** Reads the rest of the body up to its clean end. */
    byte[] awaitBody(long withinMs) throws IOException;

    /** Reads exactly so many bytes of the body; fewer if it ends before. */
    byte[] awaitBodyBytes(int length, long withinMs) throws IOException;

    /** Reads the first chunk of the body, whole. */
    byte[] awaitFirstChunk(long withinMs) throws IOException;

    /** Not one byte comes for so long. */
    void assertNothing(long forMs) throws IOException;

    /** The server closes, after the rest of the body and nothing more. */
    void assertClosed(long withinMs) throws IOException;

    /** The last bytes that came since the last request, printable; for reports. */
    String received();

    /** Ends it in an orderly way. Idempotent. */
    @Override
    void close() throws IOException;
}
