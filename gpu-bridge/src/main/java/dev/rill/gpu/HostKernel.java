package dev.rill.gpu;

/** Work on one frame by threads of this process. Several at once, each with a worker number of its own. */
interface HostKernel extends AutoCloseable {
    /**
     * Computes one result.
     *
     * @param worker number of the calling thread, below {@link HostExecutor#threads()}.
     * @param in     read only.
     * @param out    of which the picture is written.
     * @param values of the model's parameters.
     * @throws Exception whatever is wrong with this frame.
     */
    void run(int worker, FrameSlot in, FrameSlot out, double[] values) throws Exception;

    /** Frees what it has; nothing runs any more. */
    @Override
    default void close() {
    }
}
