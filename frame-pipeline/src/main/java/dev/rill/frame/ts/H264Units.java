package dev.rill.frame.ts;

import java.nio.ByteBuffer;

/** Looks at Annex B access units: start codes and NAL unit types (ITU-T H.264, 7.3.1 and annex B). */
public final class H264Units {
    static final int SLICE = 1;
    static final int IDR_SLICE = 5;
    static final int ACCESS_UNIT_DELIMITER = 9;
    private static final int TYPE_MASK = 0x1F;
    private static final int REFERENCE_MASK = 0x60;

    private H264Units() {
    }

    /** Whether the first coded slice is one of an IDR picture. Reads only up to that slice. */
    static boolean isKeyframe(final ByteBuffer unit) {
        int index = nextNal(unit, 0);
        while (index >= 0) {
            final int type = unit.get(index) & TYPE_MASK;
            if (type >= SLICE && type <= IDR_SLICE) {
                return type == IDR_SLICE;
            }
            index = nextNal(unit, index);
        }
        return false;
    }

    /**
     * Whether no other picture is decoded from this one. Reads only up to the first coded slice.
     *
     * @param unit Annex B, from its first byte to its limit.
     * @return true if the slice's nal_ref_idc is 0; false as well if there is no slice.
     */
    public static boolean isDisposable(final ByteBuffer unit) {
        int index = nextNal(unit, 0);
        while (index >= 0) {
            final int type = unit.get(index) & TYPE_MASK;
            if (type >= SLICE && type <= IDR_SLICE) {
                return (unit.get(index) & REFERENCE_MASK) == 0;
            }
            index = nextNal(unit, index);
        }
        return false;
    }

    static boolean startsWithDelimiter(final ByteBuffer unit) {
        final int index = nextNal(unit, 0);
        return index >= 0 && (unit.get(index) & TYPE_MASK) == ACCESS_UNIT_DELIMITER;
    }

    /** Index of the byte behind the next start code, or -1. */
    private static int nextNal(final ByteBuffer unit, final int from) {
        final int last = unit.limit() - 4;
        for (int i = from; i <= last; i++) {
            if (unit.get(i + 2) == 1 && unit.get(i) == 0 && unit.get(i + 1) == 0) {
                return i + 3;
            }
        }
        return -1;
    }
}
