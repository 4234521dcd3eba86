package dev.rill.frame.source;

import java.nio.ByteBuffer;

/** Looks into H.264 access units in Annex B form: start codes and NAL unit types (ITU-T H.264, 7.3.1 and annex B). */
final class AnnexB {
    static final int IDR = 5;
    static final int SEQUENCE_PARAMETERS = 7;
    static final int DELIMITER = 9;

    private static final int TYPE_MASK = 0x1F;
    private static final int LAST_SLICE = 5;

    private AnnexB() {
    }

    /** Whether a unit of this type stands in front of the first slice, or is that slice. */
    static boolean contains(final ByteBuffer unit, final int type) {
        int nal = next(unit, unit.position());
        while (nal >= 0) {
            final int found = unit.get(nal) & TYPE_MASK;
            if (found == type) {
                return true;
            }
            if (found >= 1 && found <= LAST_SLICE) {
                return false;
            }
            nal = next(unit, nal);
        }
        return false;
    }

    /** Index of the start code behind a leading access unit delimiter; the position if there is none. */
    static int behindDelimiter(final ByteBuffer unit) {
        final int first = next(unit, unit.position());
        if (first < 0 || (unit.get(first) & TYPE_MASK) != DELIMITER) {
            return unit.position();
        }
        final int second = next(unit, first);
        if (second < 0) {
            return unit.position();
        }
        final int start = second - 3;
        return unit.get(start - 1) == 0 ? start - 1 : start;
    }

    /** Index of the first byte behind the next start code, or -1. */
    private static int next(final ByteBuffer unit, final int from) {
        final int last = unit.limit() - 4;
        for (int i = from; i <= last; i++) {
            if (unit.get(i + 2) == 1 && unit.get(i) == 0 && unit.get(i + 1) == 0) {
                return i + 3;
            }
        }
        return -1;
    }
}
