package dev.rill.frame.batch;

import dev.rill.frame.PipelineStats;

/**
 * What a batch did.
 *
 * @param stats    figures of the pipeline; nothing is dropped, so {@code framesIn == framesOut}.
 * @param warnings things found wrong with the input, such as a truncated end, damaged units or an alpha channel that is
 *                 left out, and units of sound that the container of the result does not know.
 */
public record BatchResult(PipelineStats stats, long warnings) {
}
