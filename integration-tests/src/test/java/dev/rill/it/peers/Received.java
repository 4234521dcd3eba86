package dev.rill.it.peers;

/**
 * What a reader says about a segment.
 *
 * @param sequence number of the segment.
 * @param bytes    length of its body.
 * @param sha256   digest of its body, in hexadecimal.
 */
record Received(long sequence, long bytes, String sha256) {
}
