package dev.rill.gpu;

/**
 * What the samples of frames mean: the weights of luma, and the range of values; numbers as {@code RILL_COLOURS_*} in
 * {@code rill.h}. Sources: ITU-R BT.601-7, BT.709-6.
 */
public enum Colours {
    /** ITU-R BT.601, 16 to 235. */
    BT601_LIMITED,
    /** ITU-R BT.601, 0 to 255. */
    BT601_FULL,
    /** ITU-R BT.709, 16 to 235. */
    BT709_LIMITED,
    /** ITU-R BT.709, 0 to 255. */
    BT709_FULL;

    private static final int HD_HEIGHT = 720;

    /**
     * Those of a stream that does not say: BT.709 from 720 lines up, BT.601 below, limited range.
     *
     * @param height in pixels.
     * @return what is usual.
     */
    public static Colours ofHeight(final int height) {
        return height >= HD_HEIGHT ? BT709_LIMITED : BT601_LIMITED;
    }

    /**
     * Colours by their parts.
     *
     * @param isBt709 else BT.601.
     * @param isFull  0 to 255, else 16 to 235.
     * @return these.
     */
    public static Colours of(final boolean isBt709, final boolean isFull) {
        if (isBt709) {
            return isFull ? BT709_FULL : BT709_LIMITED;
        }
        return isFull ? BT601_FULL : BT601_LIMITED;
    }

    /** Whether luma has the weights of BT.709. */
    public boolean isBt709() {
        return this == BT709_LIMITED || this == BT709_FULL;
    }

    /** Whether luma is from 16 to 235 and chroma from 16 to 240, else from 0 to 255. */
    public boolean isLimited() {
        return this == BT601_LIMITED || this == BT709_LIMITED;
    }
}
