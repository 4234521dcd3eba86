package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.codec.FrameHandler;

/**
 * Media to be pulled whose video comes as pictures in slots, in the order in which they are shown, its audio as
 * packets. Nothing is dropped: where there is no slot for the next picture the source stands still.
 * <p>
 * One thread reads and closes; {@link #cancel} may come from any.
 */
public interface PictureSource extends Medium {
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

    /** Video units that gave no picture, because they are damaged or build on one that is. Any thread. */
    long unitsLost();

    /** Makes a read that waits for a peer give up, and ends the source. Any thread. */
    void cancel();

    /** Gives everything back; slots that are out must have come back. Idempotent. */
    @Override
    void close();
}
