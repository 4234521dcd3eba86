package dev.rill.gpu;

/** Sample layout of a raw frame; 8 bits per sample, chroma subsampled by two both ways (YUV 4:2:0). */
public enum PixelFormat {
    /** Three planes: Y, U, V. */
    I420(3),

    /** Two planes: Y, and U and V interleaved with U first. */
    NV12(2);

    private final int planeCount;

    PixelFormat(final int planeCount) {
        this.planeCount = planeCount;
    }

    /** Number of planes of a frame. */
    public int planeCount() {
        return planeCount;
    }
}
