package dev.rill.conform.server;

import java.io.IOException;

/** In-process operations of a server under test. Any thread; those on one channel come one after the other. */
public interface LocalApi {
    /** Result of an operation that did what it should. */
    String OK = "ok";
    /** Result of an operation on a channel that does not exist. */
    String STREAM_NOT_FOUND = "error:stream not found";
    /** Result of a read of a number that is neither retained nor the next. */
    String SEQ_NOT_FOUND = "error:seq not found";

    /**
     * Creates a channel; also where creation over HTTP is switched off, and without asking hooks.
     *
     * @return {@link #OK}, or {@code error:} and a reason.
     * @throws IOException if the server cannot be asked.
     */
    String createChannel(String channel, String contentType) throws IOException;

    /**
     * Writes one whole segment with the publisher of that channel, which is opened at the first write and kept.
     *
     * @param text the whole segment, UTF-8, possibly empty.
     * @return {@link #OK}, {@link #STREAM_NOT_FOUND}, or {@code error:} and another reason.
     * @throws IOException if the server cannot be asked.
     */
    String write(String channel, String text) throws IOException;

    /**
     * Reads one whole segment with a subscriber of its own.
     *
     * @param sequence number of the segment.
     * @return what was read, with {@link #OK}, {@link #STREAM_NOT_FOUND} or {@link #SEQ_NOT_FOUND}.
     * @throws IOException if the server cannot be asked.
     */
    LocalRead read(String channel, long sequence) throws IOException;
}
