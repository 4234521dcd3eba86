package dev.rill.it.peers;

/**
 * What a publisher says about a segment.
 *
 * @param sequence number of the segment.
 * @param bytes    length of its body.
 * @param sha256   digest of its body, in hexadecimal.
 * @param outcome  {@link #STORED}, or why not.
 */
record Sent(long sequence, long bytes, String sha256, String outcome) {
    static final String STORED = "stored";
    static final String CHANNEL_CLOSED = "channel closed";
    static final String CHANNEL_NOT_FOUND = "channel not found";
}
