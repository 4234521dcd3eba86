package dev.rill.frame.audio;

/** What processed sound is encoded as. */
public enum AudioCodec {
    /** AAC, low complexity, in ADTS. */
    AAC,
    /** Opus with low delay, frames of 20 ms. */
    OPUS
}
