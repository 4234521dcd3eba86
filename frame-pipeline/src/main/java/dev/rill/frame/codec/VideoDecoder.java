package dev.rill.frame.codec;

import dev.rill.frame.Packet;

/**
 * Decodes one video stream into frame slots. Single-threaded; {@link #close()} belongs to the same thread.
 * <p>
 * A picture comes out in the call that takes its packet, unless the stream reorders pictures. Pictures in front of the
 * first keyframe, and those between a damaged packet and the next keyframe, are never delivered.
 */
public interface VideoDecoder extends AutoCloseable {
    /** The packet was consumed. */
    int DECODED = 0;

    /** No slot is free: nothing was consumed, offer the same packet again. */
    int BACK_PRESSURED = -1;

    /** The packet was consumed and gave no usable picture: it is damaged, or needs pictures that are missing. */
    int DAMAGED = -2;

    /**
     * Decodes one access unit.
     *
     * @param packet  borrowed.
     * @param handler called for every picture that became ready, within this call.
     * @return {@link #DECODED}, {@link #BACK_PRESSURED} or {@link #DAMAGED}.
     */
    int decode(Packet packet, FrameHandler handler);

    /**
     * Delivers the pictures that are still held for reordering; afterwards the decoder waits for a keyframe.
     *
     * @param handler called for every picture.
     * @return {@link #DECODED}, or {@link #BACK_PRESSURED} if slots ran out: call again.
     */
    int flush(FrameHandler handler);

    /** Packets in which the decoder found an error. */
    long damagedPackets();

    /** Packets skipped because the keyframe they build on was missing or damaged. */
    long skippedPackets();

    /** Pictures copied into a slot, row by row. */
    long copiedFrames();

    /** Pictures whose pixel format had to be converted on their way into a slot. */
    long convertedFrames();

    /** Bytes of picture written into slots by copying or converting; 0 while the codec writes the slots itself. */
    long hostBytes();

    /** Name of the codec implementation, as FFmpeg calls it. */
    String name();

    @Override
    void close();
}
