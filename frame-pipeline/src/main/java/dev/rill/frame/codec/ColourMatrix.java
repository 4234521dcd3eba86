package dev.rill.frame.codec;

/** Which luma and chroma weights the samples of a stream were made with; written into the stream. */
public enum ColourMatrix {
    /** What is usual for the size: BT.709 from 720 lines on, BT.601 below. */
    BY_SIZE,
    /** ITU-R BT.601. */
    BT601,
    /** ITU-R BT.709. */
    BT709;

    private static final int HD_HEIGHT = 720;

    /**
     * Settles {@link #BY_SIZE}.
     *
     * @param height of the pictures, in pixels.
     * @return true for BT.709, false for BT.601.
     */
    public boolean isBt709(final int height) {
        return this == BT709 || this == BY_SIZE && height >= HD_HEIGHT;
    }
}
