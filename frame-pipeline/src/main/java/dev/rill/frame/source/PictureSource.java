package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.ts.TsProgram;

/**
 * Media to be pulled whose video comes as pictures in slots, in the order in which they are shown, its audio as
 * packets. Nothing is dropped: where there is no slot for the next picture the source stands still.
 * <p>
 * One thread reads and closes; {@link #cancel} may come from any.
 */
public interface PictureSource extends AutoCloseable {
    /** Outcome of {@link #read}: a unit was read; pictures or packets may have come of it. */
    int READ = 1;

    /** Outcome of {@link #read}: every slot is out. */
    int BACK_PRESSURED = 0;

    /** Outcome of {@link #read}: all was delivered. */
    int ENDED = -1;

    /**
     * Reads on by about one unit, blocking while the medium has none.
     *
     * @param pictures gets any number of pictures and owns their slots.
     * @param sound    gets any number of packets and owns them.
     * @return {@link #READ}, {@link #BACK_PRESSURED} or {@link #ENDED}.
     * @throws dev.rill.frame.codec.MediaException if the source fails for another reason than its end.
     */
    int read(FrameHandler pictures, PacketHandler sound);

    /** Whether it comes in segments that what is made of it should keep. */
    default boolean isSegmented() {
        return false;
    }

    /** Whether a segment ended with what {@link #read} delivered last; nothing of it comes later. */
    default boolean endsSegment() {
        return false;
    }

    /** The audio that is delivered, beside H.264 that others make of the pictures. */
    TsProgram program();

    /** For people: where it comes from, codecs, size, rate. One line. */
    String description();

    /** Numerator of the frame rate, at least 1; a hint. */
    int frameRateNumerator();

    /** Denominator of the frame rate, at least 1. */
    int frameRateDenominator();

    /** Duration in 90 kHz ticks, or -1 if unknown. */
    long durationTicks();

    /** Video units that gave no picture, because they are damaged or build on one that is. Any thread. */
    long unitsLost();

    /** Number of things found wrong with the medium so far. Any thread. */
    long warnings();

    /** Makes a read that waits for a peer give up, and ends the source. Any thread. */
    void cancel();

    /** Gives everything back; slots that are out must have come back. Idempotent. */
    @Override
    void close();
}
