package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;

/**
 * Media to be pulled: H.264 video, and audio if there is any, as packets in an order fit for a transport stream. It is
 * not paced: it delivers as fast as it is asked.
 * <p>
 * One thread reads; {@link #close()} may be called by any thread and cancels a read that waits for a peer.
 */
public interface MediaSource extends Medium {
    /**
     * Reads on by about one frame, blocking while the medium has none.
     *
     * @param out gets any number of packets, none included, and owns them.
     * @return false once everything was delivered, or the source was closed.
     * @throws dev.rill.frame.codec.MediaException if the source fails for another reason than its end.
     */
    boolean read(PacketHandler out);

    /** Width of the pictures at the beginning, in pixels; even, 0 if unknown. */
    int width();

    /** Height of the pictures at the beginning, in pixels; even, 0 if unknown. */
    int height();

    /**
     * What is added to the times of the medium to get the times delivered, in 90 kHz ticks; it holds until the times of
     * the medium jump for the first time.
     */
    long timeOffsetTicks();
}
