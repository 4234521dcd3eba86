package dev.rill.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CompletionBlockTest {
    @Test
    void shouldRoundTheWindowUpToAPowerOfTwo() {
        final int[][] cases = {{1, 1}, {2, 2}, {3, 4}, {4, 4}, {5, 8}, {255, 256}, {256, 256}};
        for (final int[] each : cases) {
            try (CompletionBlock block = new CompletionBlock(each[0])) {
                assertThat(block.capacity()).as("capacity for window %d", each[0]).isEqualTo(each[1]);
                assertThat(block.length()).isEqualTo(256 + 64L * each[1]);
                assertThat(block.address() % 64).isZero();
            }
        }
    }

    @Test
    void shouldStartZeroedAndReadBackCounters() {
        try (CompletionBlock block = new CompletionBlock(4)) {
            assertThat(block.completedAcquire()).isZero();
            assertThat(block.consumedAcquire()).isZero();
            assertThat(block.stateAcquire()).isZero();
            block.completedRelease(Long.MAX_VALUE);
            block.consumedRelease(7);
            block.stateRelease(CompletionBlock.STATE_LOST);
            assertThat(block.completedAcquire()).isEqualTo(Long.MAX_VALUE);
            assertThat(block.consumedAcquire()).isEqualTo(7);
            assertThat(block.stateAcquire()).isEqualTo(CompletionBlock.STATE_LOST);
        }
    }

    @Test
    void shouldPlaceRecordsByTicketModuloCapacity() {
        try (CompletionBlock block = new CompletionBlock(3)) {
            assertThat(block.recordOffset(0)).isEqualTo(256);
            assertThat(block.recordOffset(3)).isEqualTo(256 + 3 * 64);
            assertThat(block.recordOffset(4)).isEqualTo(256);
            assertThat(block.recordOffset((1L << 40) + 1)).isEqualTo(256 + 64);
        }
    }
}
