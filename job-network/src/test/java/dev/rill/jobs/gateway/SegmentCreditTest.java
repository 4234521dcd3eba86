package dev.rill.jobs.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SegmentCreditTest {
    private static final long NOTHING = Long.MIN_VALUE;

    private final SegmentCredit credit = new SegmentCredit();

    @Test
    void shouldLetTwoSegmentsBeginBeforeAnythingCameBack() {
        assertThat(credit.mayBegin(NOTHING)).isTrue();
        segment(100);
        assertThat(credit.mayBegin(NOTHING)).isTrue();
        segment(200);
        assertThat(credit.mayBegin(NOTHING)).isFalse();
    }

    @Test
    void shouldGrantCreditWhenTheLastFrameOfASegmentIsBack() {
        segment(100);
        segment(200);

        assertThat(credit.mayBegin(99)).isFalse();
        assertThat(credit.mayBegin(100)).isTrue();
    }

    @Test
    void shouldGoOnWhenASegmentIsWrittenOff() {
        segment(100);
        segment(200);

        credit.writeOffOldest();

        assertThat(credit.mayBegin(NOTHING)).isTrue();
    }

    @Test
    void shouldTakeTheLatestFrameInPresentationOrder() {
        credit.onFrame(100);
        credit.onFrame(160);
        credit.onFrame(130);
        credit.onSegmentEnd();
        segment(300);

        assertThat(credit.mayBegin(130)).isFalse();
        assertThat(credit.mayBegin(160)).isTrue();
    }

    private void segment(final long lastPts) {
        credit.onFrame(lastPts);
        credit.onSegmentEnd();
    }
}
