package dev.rill.frame.source;

import dev.rill.frame.ts.TsProgram;

/** What there is to know of media to be pulled, whatever form they are pulled in. */
public interface Medium extends AutoCloseable {
    /**
     * Whether it comes in segments that what is made of it should keep: then {@link #endsSegment} tells where one ends,
     * and each begins with a keyframe.
     */
    default boolean isSegmented() {
        return false;
    }

    /** Whether a segment ended with what was delivered last; nothing of it comes later. */
    default boolean endsSegment() {
        return false;
    }

    /** The streams that are delivered; fixed from the beginning. Decoded video is listed as H.264. */
    TsProgram program();

    /** For people: where it comes from, codecs, size, rate, and what is copied, decoded or transcoded. One line. */
    String description();

    /** Numerator of the frame rate, at least 1; a hint. */
    int frameRateNumerator();

    /** Denominator of the frame rate, at least 1. */
    int frameRateDenominator();

    /** Duration in 90 kHz ticks, or -1 if unknown. */
    long durationTicks();

    /** Number of things found wrong so far, such as a truncated end or a jump of times; 0 if sound. Any thread. */
    long warnings();

    @Override
    void close();
}
