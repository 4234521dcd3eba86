package dev.rill.gpu;

/** Rows on the heap, one set per worker thread of the {@code java} device. */
final class RowScratch {
    final byte[] above = new byte[FrameFormat.MAX_DIMENSION];
    final byte[] row = new byte[FrameFormat.MAX_DIMENSION];
    final byte[] below = new byte[FrameFormat.MAX_DIMENSION];
    final byte[] result = new byte[FrameFormat.MAX_DIMENSION];
    final int[] sums = new int[FrameFormat.MAX_DIMENSION];
}
