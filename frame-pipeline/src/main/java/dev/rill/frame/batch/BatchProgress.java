package dev.rill.frame.batch;

/**
 * How far a batch is.
 *
 * @param framesIn       pictures read.
 * @param framesOut      pictures in the result.
 * @param framesExpected pictures of the whole input as its container says, which may be wrong, or -1.
 */
public record BatchProgress(long framesIn, long framesOut, long framesExpected) {
    /** Part that is done, 0..1, or -1 where the length of the input is not known. */
    public double fraction() {
        return framesExpected <= 0 ? -1 : Math.min(1, (double) framesOut / framesExpected);
    }
}
