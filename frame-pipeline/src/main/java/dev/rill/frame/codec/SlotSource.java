package dev.rill.frame.codec;

import dev.rill.gpu.FrameSlot;

/**
 * Where a decoder gets the slots it fills; one call shape for a fixed pool and for a set of pools that follows the
 * resolution of the stream. Called by the decoder's thread only.
 */
public interface SlotSource {
    /**
     * Takes a free slot; the caller owns the reference.
     *
     * @param width  even width in pixels.
     * @param height even height in pixels.
     * @param kept   how many slots of this size the decoder may keep for itself, as references for later pictures:
     *               the source has so many more than its users need.
     * @return a slot of that size, or null when none is free.
     */
    FrameSlot acquire(int width, int height, int kept);

    /**
     * Counts free slots.
     *
     * @param width  even width in pixels.
     * @param height even height in pixels.
     * @return how many calls of {@link #acquire} for this size would succeed now.
     */
    int available(int width, int height);

    /** Slots of this source that anybody holds, the decoder included. */
    int outstanding();
}
