package dev.rill.trickle.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Drives real segments, with bytes in them, through every pair of states. */
class SegmentStateTest {
    private static final int STORED = 3;
    private static final Map<SegmentState, Set<SegmentState>> LEGAL = Map.of(
        SegmentState.EXPECTED, Set.of(SegmentState.WRITING, SegmentState.COMPLETE, SegmentState.ABORTED),
        SegmentState.WRITING, Set.of(SegmentState.COMPLETE, SegmentState.ABORTED),
        SegmentState.COMPLETE, Set.of(),
        SegmentState.ABORTED, Set.of());

    private final TestEngine engine = new TestEngine();
    private final BlockSource memory = engine.registry.engine().blocks();

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    private static Stream<Arguments> pairs() {
        return Arrays.stream(SegmentState.values())
            .flatMap(from -> Arrays.stream(SegmentState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldMoveAsTheTableSays(final SegmentState from) {
        for (final SegmentState to : SegmentState.values()) {
            assertThat(from.mayMoveTo(to)).as(from + " to " + to).isEqualTo(LEGAL.get(from).contains(to));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldMoveASegmentOrLeaveItWithAllThatFollows(final SegmentState from, final SegmentState to) {
        final Segment segment = segmentIn(from);
        final long lengthBefore = segment.length();
        final boolean legal = LEGAL.get(from).contains(to);

        final boolean moved = attempt(segment, to);

        assertThat(moved).as("told that it moved").isEqualTo(legal);
        assertThat(segment.state()).isEqualTo(legal ? to : from);
        assertThat(segment.isEnded()).as("ended").isEqualTo(segment.state().isClosed());
        assertThat(segment.length()).as("visible bytes").isEqualTo(visible(from, to, lengthBefore));
        final boolean open = !segment.state().isClosed();
        assertThat(append(segment)).as("takes more bytes").isEqualTo(open);
        assertThat(segment.storedLength() - segment.length())
            .as("bytes hidden").isEqualTo(segment.state() == SegmentState.EXPECTED ? segment.storedLength() : 0);
        segment.release();
    }

    /** The first byte makes all bytes visible; a close without it hides them for good; nothing else changes them. */
    private static long visible(final SegmentState from, final SegmentState to, final long before) {
        return from == SegmentState.EXPECTED && to == SegmentState.WRITING ? STORED : before;
    }

    private Segment segmentIn(final SegmentState state) {
        final Segment segment = new Segment(7, memory, null);
        append(segment);
        if (state.isClosed()) {
            segment.begin(0);
        }
        attempt(segment, state);
        assertThat(segment.state()).isEqualTo(state);
        return segment;
    }

    private boolean append(final Segment segment) {
        final long pages = segment.pagesFor(STORED);
        memory.reserve(pages);
        return segment.appendCopy(ByteBuffer.allocate(STORED), pages);
    }

    private static boolean attempt(final Segment segment, final SegmentState to) {
        final SegmentState before = segment.state();
        if (to == SegmentState.WRITING) {
            segment.begin(0);
            return segment.state() != before;
        }
        return to.isClosed() && segment.close(to);
    }
}
