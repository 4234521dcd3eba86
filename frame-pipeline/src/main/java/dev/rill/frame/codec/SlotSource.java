package dev.rill.frame.codec;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;

/**
 * Where a decoder gets the slots it fills; one call shape for a fixed pool and for a set of pools that follows the
 * format of the stream. Called by the decoder's thread only.
 */
public interface SlotSource {
    /**
     * Takes a free slot; the caller owns the reference.
     *
     * @param format of the picture.
     * @param kept   how many slots of this format the decoder may keep for itself, as references for later pictures:
     *               the source has so many more than its users need.
     * @return a slot of that format, or null when none is free.
     */
    FrameSlot acquire(FrameFormat format, int kept);

    /**
     * Counts free slots.
     *
     * @param format of the pictures.
     * @return how many calls of {@link #acquire} for this format would succeed now.
     */
    int available(FrameFormat format);

    /** Slots of this source that anybody holds, the decoder included. */
    int outstanding();
}
