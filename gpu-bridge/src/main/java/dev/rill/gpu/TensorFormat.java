package dev.rill.gpu;

import java.util.Arrays;

/**
 * What a model takes and gives instead of a frame: width × height pixels of three channels, without gaps, native byte
 * order. Immutable; the {@code with} methods make changed copies.
 * <p>
 * A value is {@code (channel - mean) / std} for a channel of red, green or blue that runs from 0 to {@link #scale()};
 * out of gamut it may leave that range. Frames have the colours that their format says, unless {@link #colours} says
 * otherwise; each chroma sample stands for its four pixels.
 */
public final class TensorFormat {
    /** Type of the values. */
    public enum Type {
        /** 32 bits, IEEE 754. */
        F32(4),
        /** 16 bits, IEEE 754 binary16. */
        F16(2),
        /** 8 bits, rounded, 0 to 255. */
        U8(1);

        private final int bytes;

        Type(final int bytes) {
            this.bytes = bytes;
        }

        /** Size of a value in bytes. */
        public int bytes() {
            return bytes;
        }
    }

    /** Order of the values. */
    public enum Layout {
        /** Channel after channel, each row after row: NCHW. */
        PLANAR,
        /** Pixel after pixel, each with its channels: NHWC. */
        INTERLEAVED
    }

    /** How a frame of other proportions lies in the tensor. */
    public enum Fit {
        /** All of it, out of proportion. */
        STRETCH,
        /** Its middle; of the result, the rest of the frame becomes black. */
        CROP,
        /** All of it in the middle; the rest of the tensor is black. */
        LETTERBOX
    }

    /** How pixels of another size come about. */
    public enum Filter {
        /** Between half-pixel centres; making a picture less than half as large leaves pixels out. */
        BILINEAR,
        /** The mean of what a pixel covers. */
        AREA
    }

    private static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private Type type = Type.F32;
    private Layout layout = Layout.PLANAR;
    private Fit fit = Fit.STRETCH;
    private Filter filter = Filter.BILINEAR;
    private Colours colours;
    private boolean isBgr;
    private double scale = 1;
    private double[] mean = {0, 0, 0};
    private double[] std = {1, 1, 1};

    private TensorFormat(final int width, final int height) {
        this.width = width;
        this.height = height;
    }

    private TensorFormat(final TensorFormat other) {
        this(other.width, other.height);
        type = other.type;
        layout = other.layout;
        fit = other.fit;
        filter = other.filter;
        colours = other.colours;
        isBgr = other.isBgr;
        scale = other.scale;
        mean = other.mean;
        std = other.std;
    }

    /**
     * Planar floats of red, green and blue, 0 to 1, of the whole frame.
     *
     * @param width  in pixels, 1 to {@value FrameFormat#MAX_DIMENSION}.
     * @param height in pixels, the same.
     * @return the format.
     */
    public static TensorFormat of(final int width, final int height) {
        if (width < 1 || height < 1 || width > FrameFormat.MAX_DIMENSION || height > FrameFormat.MAX_DIMENSION) {
            throw new IllegalArgumentException("tensor: width=" + width + " height=" + height + ", expected 1 to "
                + FrameFormat.MAX_DIMENSION);
        }
        return new TensorFormat(width, height);
    }

    /** With values of another type. */
    public TensorFormat type(final Type value) {
        final TensorFormat copy = new TensorFormat(this);
        copy.type = value;
        return copy;
    }

    /** With values in another order. */
    public TensorFormat layout(final Layout value) {
        final TensorFormat copy = new TensorFormat(this);
        copy.layout = value;
        return copy;
    }

    /** With another way to lie in the tensor. */
    public TensorFormat fit(final Fit value) {
        final TensorFormat copy = new TensorFormat(this);
        copy.fit = value;
        return copy;
    }

    /** With another way to resize. */
    public TensorFormat filter(final Filter value) {
        final TensorFormat copy = new TensorFormat(this);
        copy.filter = value;
        return copy;
    }

    /** For frames of these colours; null for what their format says. */
    public TensorFormat colours(final Colours value) {
        final TensorFormat copy = new TensorFormat(this);
        copy.colours = value;
        return copy;
    }

    /** With blue first and red last, or the other way round. */
    public TensorFormat bgr(final boolean value) {
        final TensorFormat copy = new TensorFormat(this);
        copy.isBgr = value;
        return copy;
    }

    /**
     * With other values.
     *
     * @param newScale that of full red, before the mean is taken away; 1 or 255, say.
     * @param newMean  of each channel, in the order of the tensor.
     * @param newStd   of each channel, not 0.
     * @return a changed copy.
     */
    public TensorFormat values(final double newScale, final double[] newMean, final double[] newStd) {
        final boolean isFinite = Double.isFinite(newScale) && Arrays.stream(newMean).allMatch(Double::isFinite)
            && Arrays.stream(newStd).allMatch(value -> Double.isFinite(value) && value != 0);
        if (!isFinite || newScale == 0 || newMean.length != CHANNELS || newStd.length != CHANNELS) {
            throw new IllegalArgumentException("tensor: scale=" + newScale + " mean=" + Arrays.toString(newMean)
                + " std=" + Arrays.toString(newStd) + ", expected three finite numbers each, scale and std not 0");
        }
        final TensorFormat copy = new TensorFormat(this);
        copy.scale = newScale;
        copy.mean = newMean.clone();
        copy.std = newStd.clone();
        return copy;
    }

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /** Type of the values. */
    public Type type() {
        return type;
    }

    /** Order of the values. */
    public Layout layout() {
        return layout;
    }

    /** Value of full red before the mean is taken away. */
    public double scale() {
        return scale;
    }

    /** Size of a tensor in bytes. */
    public long sizeBytes() {
        return (long) CHANNELS * type.bytes() * width * height;
    }

    @Override
    public String toString() {
        return "tensor " + (layout == Layout.PLANAR ? "3x" + height + "x" + width : height + "x" + width + "x3") + " "
            + type;
    }

    int fitOrdinal() {
        return fit.ordinal();
    }

    int filterOrdinal() {
        return filter.ordinal();
    }

    /** The format with the colours that count. */
    FrameFormat ofFrames(final FrameFormat format) {
        return colours == null ? format : format.colours(colours);
    }

    /** Channels from red, green, blue, each from 0 to 1, and 1. */
    float[] forward() {
        final float[] result = new float[CHANNELS * 4];
        for (int c = 0; c < CHANNELS; c++) {
            result[4 * c + colourOf(c)] = (float) (scale / std[c]);
            result[4 * c + 3] = (float) (-mean[c] / std[c]);
        }
        return result;
    }

    /** Red, green and blue from the channels and 1. */
    float[] backward() {
        final float[] result = new float[CHANNELS * 4];
        for (int c = 0; c < CHANNELS; c++) {
            result[4 * colourOf(c) + c] = (float) (std[c] / scale);
            result[4 * colourOf(c) + 3] = (float) (mean[c] / scale);
        }
        return result;
    }

    /** Black. */
    float[] fill() {
        final float[] result = new float[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            result[c] = (float) (-mean[c] / std[c]);
        }
        return result;
    }

    private int colourOf(final int channel) {
        return isBgr ? 2 - channel : channel;
    }
}
