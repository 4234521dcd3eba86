package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AnnexBTest {
    private static final byte[] KEYFRAME = {
        0, 0, 0, 1, 9, (byte) 0xF0, 0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x65, 3, 4};
    private static final byte[] PICTURE = {0, 0, 1, 0x41, 0, 0, 1, 0x65, 0, 0, 1, 0x67};

    @Test
    void shouldFindUnitsUpToTheFirstSlice() {
        assertThat(contains(KEYFRAME, AnnexB.IDR)).isTrue();
        assertThat(contains(KEYFRAME, AnnexB.SEQUENCE_PARAMETERS)).isTrue();
        assertThat(contains(KEYFRAME, AnnexB.DELIMITER)).isTrue();
        assertThat(contains(PICTURE, 1)).isTrue();
        assertThat(contains(PICTURE, AnnexB.IDR)).as("behind the first slice").isFalse();
        assertThat(contains(PICTURE, AnnexB.SEQUENCE_PARAMETERS)).as("behind the first slice").isFalse();
    }

    @Test
    void shouldFindNothingWhenTheUnitIsCutOff() {
        for (int length = 0; length < 21; length++) {
            final ByteBuffer cut = ByteBuffer.wrap(KEYFRAME, 0, length);
            assertThat(AnnexB.contains(cut, AnnexB.IDR)).as("length %d", length).isFalse();
        }
    }

    @Test
    void shouldStepOverALeadingDelimiter() {
        assertThat(AnnexB.behindDelimiter(ByteBuffer.wrap(KEYFRAME))).isEqualTo(6);
        assertThat(AnnexB.behindDelimiter(ByteBuffer.wrap(PICTURE))).isZero();
        assertThat(AnnexB.behindDelimiter(ByteBuffer.wrap(KEYFRAME, 0, 6).slice())).isZero();
        final byte[] shortCodes = {0, 0, 1, 9, (byte) 0xF0, 0, 0, 1, 0x65, 7};
        assertThat(AnnexB.behindDelimiter(ByteBuffer.wrap(shortCodes))).isEqualTo(5);
    }

    private static boolean contains(final byte[] unit, final int type) {
        return AnnexB.contains(ByteBuffer.wrap(unit), type);
    }
}
