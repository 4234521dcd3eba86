package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.ts.TsProgram;

/**
 * Media to be pulled: H.264 video, and audio if there is any, as packets in an order fit for a transport stream. It is
 * not paced: it delivers as fast as it is asked.
 * <p>
 * One thread reads; {@link #close()} may be called by any thread and cancels a read that waits for a peer.
 */
public interface MediaSource extends AutoCloseable {
    /**
     * Reads on by about one frame, blocking while the medium has none.
     *
     * @param out gets any number of packets, none included, and owns them.
     * @return false once everything was delivered, or the source was closed.
     * @throws dev.rill.frame.codec.MediaException if the source fails for another reason than its end.
     */
    boolean read(PacketHandler out);

    /**
     * Whether the source comes in segments that what is made of it should keep: then {@link #endsSegment} tells where
     * one ends, and each begins with a keyframe.
     */
    default boolean isSegmented() {
        return false;
    }

    /** Whether a segment of the source ended with what {@link #read} delivered last. */
    default boolean endsSegment() {
        return false;
    }

    /** The streams that are delivered; fixed from the beginning. */
    TsProgram program();

    /** For people: where it comes from, codecs, size, rate, and what is copied or transcoded. One line. */
    String description();

    /** Numerator of the frame rate, at least 1; a hint. */
    int frameRateNumerator();

    /** Denominator of the frame rate, at least 1. */
    int frameRateDenominator();

    /** Width of the pictures at the beginning, in pixels; even, 0 if unknown. */
    int width();

    /** Height of the pictures at the beginning, in pixels; even, 0 if unknown. */
    int height();

    /** Duration in 90 kHz ticks, or -1 if unknown. */
    long durationTicks();

    /**
     * What is added to the times of the medium to get the times delivered, in 90 kHz ticks; it holds until the times of
     * the medium jump for the first time.
     */
    long timeOffsetTicks();

    /** Number of things found wrong with the medium so far, such as a truncated end or a jump of times; 0 if sound. */
    long warnings();

    @Override
    void close();
}
