package dev.rill.trickle.client;

import java.util.Locale;

/** What the client counts; the id is the name in lower case. Every lost segment is counted by exactly one. */
enum ClientCounter {
    /** Connections made. */
    CONNECTIONS_OPENED,
    /** Requests sent on a connection that had served another. */
    CONNECTIONS_REUSED,
    /** Connections that could not be made. */
    CONNECTS_FAILED,
    /** Requests repeated after a failure. */
    REQUESTS_RETRIED,
    /** Offers answered BACK_PRESSURED. */
    OFFERS_BACK_PRESSURED,
    /** Payload bytes copied from the application, each once. */
    PUBLISHED_BYTES_COPIED,
    /** Segments whose storage the peer confirmed. */
    SEGMENTS_CONFIRMED,
    /** Segments given up by the application. */
    SEGMENTS_LOST_ABORTED,
    /** Segments whose connection broke after bytes had gone out. */
    SEGMENTS_LOST_CONNECTION,
    /** Segments that the peer refused or ended before their end. */
    SEGMENTS_LOST_REFUSED,
    /** Segments whose peer did not read, or did not answer, in time. */
    SEGMENTS_LOST_STALLED,
    /** Segments that were open or unconfirmed when their publisher failed or was closed. */
    SEGMENTS_LOST_CLOSED,
    /** Payload bytes received. */
    RECEIVED_BYTES,
    /** Segments received to a clean end. */
    SEGMENTS_RECEIVED,
    /** Segments whose connection broke before their end. */
    SEGMENTS_TORN,
    /** Segments reported as lost by {@code onGap}. */
    SEGMENTS_SKIPPED,
    /** Answers 470. */
    READS_NOT_RETAINED,
    /** Times that a socket was no longer read because its subscriber was full. */
    READS_PAUSED;

    /** Stable id. */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
