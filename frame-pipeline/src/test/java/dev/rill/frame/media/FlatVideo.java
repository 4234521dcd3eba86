package dev.rill.frame.media;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Writes H.264 as no encoder at hand would: any size, cropping, bit depth, chroma format, fields, rotation. Pictures
 * are flat: grey, one byte per macroblock, or of one shade, as raw samples. ITU-T H.264, 7.3 and 7.4.
 */
public final class FlatVideo {
    private static final int BLOCK = 16;
    private static final int FRAME_NUMBER_BITS = 8;
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final int SEI = 6;
    private static final int IDR = 5;
    private static final int SLICE = 1;
    private static final int INTRA = 7;
    private static final int PREDICTED = 5;
    private static final int RAW_SAMPLES = 25;
    private static final int PREDICTED_FROM_MEAN = 3;
    private static final int HIGHEST_LEVEL = 62;

    private final int width;
    private final int height;
    private int chroma = 1;
    private int bitDepth = 8;
    private boolean fields;
    private boolean adaptive;
    private boolean rotated;
    private int frameNumber;
    private int keyframes;

    /** Progressive, 8-bit, 4:2:0; shown in this size, which the chroma format must be able to express. */
    public FlatVideo(final int width, final int height) {
        this.width = width;
        this.height = height;
    }

    /** 0 is monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
    public FlatVideo chroma(final int formatIdc) {
        chroma = formatIdc;
        return this;
    }

    public FlatVideo bitDepth(final int bits) {
        bitDepth = bits;
        return this;
    }

    /** Each picture as two fields. */
    public FlatVideo interlaced() {
        fields = true;
        return this;
    }

    /** Pairs of macroblocks are coded as frame and as fields in turn (MBAFF, 7.3.4). */
    public FlatVideo adaptive() {
        adaptive = true;
        return this;
    }

    /** Every keyframe says that it is to be turned by a quarter. */
    public FlatVideo rotated() {
        rotated = true;
        return this;
    }

    /** A whole unit that decoding can begin with, grey. */
    public byte[] keyframe() {
        return keyframe(-1);
    }

    /** As {@link #keyframe()}, all its samples of one shade. */
    public byte[] keyframe(final int shade) {
        frameNumber = 0;
        final ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(sequence().nal(1, SPS));
        unit.writeBytes(picture().nal(1, PPS));
        if (rotated) {
            unit.writeBytes(orientation().nal(0, SEI));
        }
        unit.writeBytes(intra(shade).nal(1, IDR));
        if (fields) {
            unit.writeBytes(repeated(1, true).nal(1, SLICE));
        }
        keyframes++;
        return unit.toByteArray();
    }

    /** A unit that repeats the picture before it, and others may build on. */
    public byte[] repeat() {
        return repeat(1);
    }

    /** As {@link #repeat()}, but nothing builds on it. */
    public byte[] disposable() {
        return repeat(0);
    }

    /** The two fields of an interlaced unit, as two units. */
    public static List<byte[]> fields(final byte[] unit) {
        int second = unit.length - 5;
        while (unit[second] != 0 || unit[second + 1] != 0 || unit[second + 2] != 0 || unit[second + 3] != 1) {
            second--;
        }
        return List.of(Arrays.copyOf(unit, second), Arrays.copyOfRange(unit, second, unit.length));
    }

    private byte[] repeat(final int referenceIdc) {
        frameNumber++;
        final ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(repeated(referenceIdc, false).nal(referenceIdc, SLICE));
        if (fields) {
            unit.writeBytes(repeated(referenceIdc, true).nal(referenceIdc, SLICE));
        }
        frameNumber -= referenceIdc == 0 ? 1 : 0;
        return unit.toByteArray();
    }

    private int columns() {
        return (width + BLOCK - 1) / BLOCK;
    }

    /** Macroblock rows of a frame, even where it has fields. */
    private int rows() {
        return isInterlaced() ? 2 * ((height + 2 * BLOCK - 1) / (2 * BLOCK)) : (height + BLOCK - 1) / BLOCK;
    }

    private boolean isInterlaced() {
        return fields || adaptive;
    }

    private int blocksOfPicture() {
        return columns() * rows() / (fields ? 2 : 1);
    }

    private BitWriter sequence() {
        final BitWriter out = new BitWriter().bits(8, 244).bits(8, 0).bits(8, HIGHEST_LEVEL).code(0).code(chroma);
        if (chroma == 3) {
            out.bits(1, 0);
        }
        out.code(bitDepth - 8).code(bitDepth - 8).bits(2, 0).code(FRAME_NUMBER_BITS - 4).code(2).code(1).bits(1, 0);
        out.code(columns() - 1).code(rows() / (isInterlaced() ? 2 : 1) - 1).bits(1, isInterlaced() ? 0 : 1);
        if (isInterlaced()) {
            out.bits(1, adaptive ? 1 : 0);
        }
        final int unitX = chroma == 1 || chroma == 2 ? 2 : 1;
        final int unitY = (chroma == 1 ? 2 : 1) * (isInterlaced() ? 2 : 1);
        out.bits(1, 1).bits(1, 1).code(0).code((columns() * BLOCK - width) / unitX);
        return out.code(0).code((rows() * BLOCK - height) / unitY).bits(1, 0);
    }

    private static BitWriter picture() {
        return new BitWriter().code(0).code(0).bits(2, 0).code(0).code(0).code(0).bits(3, 0).code(0).code(0).code(0)
            .bits(1, 1).bits(2, 0);
    }

    /** Display orientation, D.1.27: 90 degrees anticlockwise. */
    private static BitWriter orientation() {
        return new BitWriter().bits(8, 47).bits(8, 3).bits(3, 0).bits(16, 1 << 14).code(0).bits(1, 0)
            .bits(1, 1).align();
    }

    private BitWriter header(final int type, final boolean isSecondField) {
        final BitWriter out = new BitWriter().code(0).code(type).code(0)
            .bits(FRAME_NUMBER_BITS, frameNumber & (1 << FRAME_NUMBER_BITS) - 1);
        if (fields) {
            return out.bits(1, 1).bits(1, isSecondField ? 1 : 0);
        }
        return adaptive ? out.bits(1, 0) : out;
    }

    private BitWriter intra(final int shade) {
        final BitWriter out = header(INTRA, false).code(keyframes & 1).bits(2, 0).code(0).code(1);
        for (int block = 0; block < blocksOfPicture(); block++) {
            if (adaptive && block % 2 == 0) {
                out.bits(1, block / 2 % 2);
            }
            if (shade < 0) {
                out.code(PREDICTED_FROM_MEAN);
                out.bits(chroma == 0 ? 2 : chroma == 3 ? 4 : 3, -1);
            } else {
                raw(out, shade);
            }
        }
        return out;
    }

    private void raw(final BitWriter out, final int shade) {
        out.code(RAW_SAMPLES).align();
        final int samples = BLOCK * BLOCK + (chroma == 0 ? 0 : 1 << 6 + chroma);
        for (int sample = 0; sample < samples; sample++) {
            out.bits(bitDepth, (long) shade << bitDepth - 8);
        }
    }

    private BitWriter repeated(final int referenceIdc, final boolean isSecondField) {
        final BitWriter out = header(PREDICTED, isSecondField).bits(2, 0);
        if (referenceIdc > 0) {
            out.bits(1, 0);
        }
        return out.code(0).code(1).code(blocksOfPicture());
    }
}
