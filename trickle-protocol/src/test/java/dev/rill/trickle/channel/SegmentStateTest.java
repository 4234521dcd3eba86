package dev.rill.trickle.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentStateTest {
    private static final Map<SegmentState, Set<SegmentState>> LEGAL = Map.of(
        SegmentState.EXPECTED, Set.of(SegmentState.WRITING, SegmentState.COMPLETE, SegmentState.ABORTED),
        SegmentState.WRITING, Set.of(SegmentState.COMPLETE, SegmentState.ABORTED),
        SegmentState.COMPLETE, Set.of(),
        SegmentState.ABORTED, Set.of());

    @ParameterizedTest
    @EnumSource
    void shouldMoveAsTheTableSays(final SegmentState from) {
        for (final SegmentState to : SegmentState.values()) {
            assertThat(from.mayMoveTo(to)).as(from + " to " + to).isEqualTo(LEGAL.get(from).contains(to));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldMoveASegmentExactlyAsTheTableSays(final SegmentState from) {
        for (final SegmentState to : SegmentState.values()) {
            final Segment segment = segmentIn(from);

            final SegmentState reached = attempt(segment, to);

            assertThat(reached).as(from + " to " + to).isEqualTo(from.mayMoveTo(to) ? to : from);
        }
    }

    private static Segment segmentIn(final SegmentState state) {
        final Segment segment = new Segment(7, null, null);
        attempt(segment, state);
        assertThat(segment.state()).isEqualTo(state);
        return segment;
    }

    private static SegmentState attempt(final Segment segment, final SegmentState state) {
        if (state == SegmentState.WRITING) {
            segment.begin(0);
        } else if (state.isClosed()) {
            segment.close(state);
        }
        return segment.state();
    }
}
