package dev.rill.gpu;

/**
 * Geometry of a raw frame and of the slot that holds it. Immutable; compared by value.
 * <pre>
 *  0                                   sizeBytes (multiple of 4096)
 *  +-----------+--------+--------+-------------------+
 *  | Y         | U      | V      | tail padding ≥ 64 |     I420; NV12 has one plane UV of the same total size
 *  +-----------+--------+--------+-------------------+
 * </pre>
 * The luma stride is the width rounded up to 128, so that every plane starts and every row of every plane begins at a
 * multiple of 64 bytes. Luma rows are allocated up to a multiple of 32 and two more, as FFmpeg's H.264 decoder asks of
 * memory that it decodes into ({@code avcodec_align_dimensions2}), because of interlaced pictures.
 * Bytes between the used width and the stride, and rows beyond the used ones, belong to nobody: devices leave them as
 * they are. What the samples mean is part of the format, since whatever mixes them has to know; unless said, it is
 * what is usual for the height.
 */
public final class FrameFormat {
    /** Smallest width and height. */
    public static final int MIN_DIMENSION = 2;

    /** Largest width and height. */
    public static final int MAX_DIMENSION = 16384;

    private static final int LUMA_STRIDE_ALIGNMENT = 128;
    private static final int ROW_ALIGNMENT = 32;
    private static final int EXTRA_ROWS = 2;
    private static final int TAIL_PADDING = 64;
    private static final int SLOT_ALIGNMENT = 4096;

    private final PixelFormat pixelFormat;
    private final int width;
    private final int height;
    private final Colours colours;
    private final int lumaStride;
    private final int lumaBytes;

    private FrameFormat(final PixelFormat pixelFormat, final int width, final int height, final Colours colours) {
        this.pixelFormat = pixelFormat;
        this.width = width;
        this.height = height;
        this.colours = colours;
        lumaStride = align(width, LUMA_STRIDE_ALIGNMENT);
        lumaBytes = lumaStride * allocatedRows();
    }

    /**
     * Makes a format.
     *
     * @param pixelFormat sample layout.
     * @param width       in pixels, even, {@value #MIN_DIMENSION} to {@value #MAX_DIMENSION}.
     * @param height      in pixels, even, {@value #MIN_DIMENSION} to {@value #MAX_DIMENSION}.
     * @return the format.
     * @throws IllegalArgumentException if a dimension is odd or out of range.
     */
    public static FrameFormat of(final PixelFormat pixelFormat, final int width, final int height) {
        if (pixelFormat == null) {
            throw new IllegalArgumentException("frame format: pixel format is null, expected I420 or NV12");
        }
        if (isUnfit(width) || isUnfit(height)) {
            throw new IllegalArgumentException("frame format " + pixelFormat + ": width=" + width + " height=" + height
                + ", expected both even and from " + MIN_DIMENSION + " to " + MAX_DIMENSION);
        }
        return new FrameFormat(pixelFormat, width, height, Colours.ofHeight(height));
    }

    /** The same geometry with samples that mean something else. */
    public FrameFormat colours(final Colours newColours) {
        if (newColours == null) {
            throw new IllegalArgumentException("frame format " + this + ": colours are null");
        }
        return new FrameFormat(pixelFormat, width, height, newColours);
    }

    /** Sample layout. */
    public PixelFormat pixelFormat() {
        return pixelFormat;
    }

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /** What the samples mean. */
    public Colours colours() {
        return colours;
    }

    /** Number of planes: 3 for I420, 2 for NV12. */
    public int planeCount() {
        return pixelFormat.planeCount();
    }

    /**
     * Offset of a plane's first byte from the start of the slot.
     *
     * @param plane 0 for luma, then chroma in the order of the pixel format.
     * @return bytes, a multiple of 64.
     */
    public int planeOffset(final int plane) {
        checkPlane(plane);
        return switch (plane) {
            case 0 -> 0;
            case 1 -> lumaBytes;
            default -> lumaBytes + lumaBytes / 4;
        };
    }

    /**
     * Distance between the starts of two rows.
     *
     * @param plane 0 for luma, then chroma in the order of the pixel format.
     * @return bytes, a multiple of 64.
     */
    public int planeStride(final int plane) {
        checkPlane(plane);
        return isHalfWide(plane) ? lumaStride / 2 : lumaStride;
    }

    /**
     * Bytes used in each row of a plane; the interleaved plane of NV12 uses as many as luma.
     *
     * @param plane 0 for luma, then chroma in the order of the pixel format.
     * @return bytes, at most {@link #planeStride}.
     */
    public int planeWidth(final int plane) {
        checkPlane(plane);
        return isHalfWide(plane) ? width / 2 : width;
    }

    /**
     * Rows of a plane that carry picture.
     *
     * @param plane 0 for luma, then chroma in the order of the pixel format.
     * @return rows, at most {@link #planeAllocatedRows}.
     */
    public int planeRows(final int plane) {
        checkPlane(plane);
        return plane == 0 ? height : height / 2;
    }

    /**
     * Rows of a plane for which the slot has room.
     *
     * @param plane 0 for luma, then chroma in the order of the pixel format.
     * @return rows; of luma a multiple of 32 and two more.
     */
    public int planeAllocatedRows(final int plane) {
        checkPlane(plane);
        return plane == 0 ? allocatedRows() : allocatedRows() / 2;
    }

    /** Bytes of picture in a slot: 1.5 per pixel, without what strides and alignment add. */
    public long pictureBytes() {
        return (long) width * height * 3 / 2;
    }

    /** Bytes from the first to the last that carry picture, with what lies between planes: what a copy moves. */
    public int spanBytes() {
        final int last = planeCount() - 1;
        return planeOffset(last) + planeStride(last) * (planeRows(last) - 1) + planeWidth(last);
    }

    /** Size of a slot in bytes, a multiple of 4096, including at least 64 bytes of padding behind the last plane. */
    public int sizeBytes() {
        return align(lumaBytes + lumaBytes / 2 + TAIL_PADDING, SLOT_ALIGNMENT);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof FrameFormat that
            && pixelFormat == that.pixelFormat && width == that.width && height == that.height
            && colours == that.colours;
    }

    @Override
    public int hashCode() {
        return ((pixelFormat.ordinal() * 31 + width) * 31 + height) * 31 + colours.ordinal();
    }

    @Override
    public String toString() {
        final String size = pixelFormat + " " + width + "x" + height;
        return colours == Colours.ofHeight(height) ? size : size + " " + colours;
    }

    private boolean isHalfWide(final int plane) {
        return plane > 0 && pixelFormat == PixelFormat.I420;
    }

    private void checkPlane(final int plane) {
        if (plane < 0 || plane >= planeCount()) {
            throw new IllegalArgumentException(this + ": plane " + plane + ", expected 0 to " + (planeCount() - 1));
        }
    }

    private static boolean isUnfit(final int dimension) {
        return dimension < MIN_DIMENSION || dimension > MAX_DIMENSION || dimension % 2 != 0;
    }

    private int allocatedRows() {
        return align(height, ROW_ALIGNMENT) + EXTRA_ROWS;
    }

    private static int align(final int value, final int alignment) {
        return (value + alignment - 1) & -alignment;
    }
}
