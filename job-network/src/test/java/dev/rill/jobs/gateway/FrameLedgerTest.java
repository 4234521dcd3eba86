package dev.rill.jobs.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameLedgerTest {
    private static final long MS = 1_000_000L;

    private final FrameLedger ledger = new FrameLedger();

    @Test
    void shouldMeasureFromTheFrameToItsOwnOutput() {
        ledger.onPublished(3_000, 10 * MS);
        ledger.onPublished(6_000, 43 * MS);

        ledger.onReturned(6_000, 93 * MS);

        assertThat(ledger.latencyUs().getMaxValue()).isBetween(49_900L, 50_100L);
        assertThat(ledger.framesOut()).isEqualTo(1);
        assertThat(ledger.outstanding()).isEqualTo(1);
        assertThat(ledger.highestReturnedPts()).isEqualTo(6_000);
    }

    @Test
    void shouldCountOutputsThatNoInputExplains() {
        ledger.onPublished(3_000, 0);

        ledger.onReturned(3_000, MS);
        ledger.onReturned(3_000, 2 * MS);
        ledger.onReturned(9_000, 3 * MS);

        assertThat(ledger.framesOut()).isEqualTo(1);
        assertThat(ledger.unmatched()).isEqualTo(2);
    }

    @Test
    void shouldCountAFrameOnceThatIsToldAgainWithALaterTime() {
        ledger.onPublished(3_000, 0);
        ledger.onPublished(3_000, 20 * MS);

        ledger.onReturned(3_000, 30 * MS);

        assertThat(ledger.framesIn()).isEqualTo(1);
        assertThat(ledger.latencyUs().getMaxValue()).isBetween(9_990L, 10_010L);
    }

    @Test
    void shouldTellTheRateBetweenFirstAndLastReturn() {
        for (int i = 0; i <= 30; i++) {
            ledger.onPublished(i, 0);
            ledger.onReturned(i, 1_000 * MS + i * 1_000 * MS / 30);
        }

        assertThat(ledger.returnedFps()).isBetween(29.99, 30.01);
    }

    @Test
    void shouldKnowNoRateBeforeTheSecondReturn() {
        ledger.onPublished(1, 0);
        ledger.onReturned(1, MS);

        assertThat(ledger.returnedFps()).isZero();
    }

    @Test
    void shouldFindFramesWhoseTimeTheWireCutTo33Bits() {
        final long beyond = (1L << 33) + 3_000;
        ledger.onPublished(beyond, 0);

        ledger.onReturned(3_000, MS);

        assertThat(ledger.framesOut()).isEqualTo(1);
        assertThat(ledger.unmatched()).isZero();
        assertThat(ledger.highestReturnedPts()).as("as it left").isEqualTo(beyond);
    }

    @Test
    void shouldGiveUpFramesThatNeverComeBack() {
        for (long pts = 0; pts <= FrameLedger.MAX_BOOKED; pts++) {
            ledger.onPublished(pts, 0);
        }

        assertThat(ledger.outstanding()).isEqualTo(FrameLedger.MAX_BOOKED);
        assertThat(ledger.lost()).isEqualTo(1);
    }
}
