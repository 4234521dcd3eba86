package dev.rill.gpu;

/** One queued frame of the {@code java} device; preallocated, one per completion record of its session. */
final class JavaJob {
    final JavaSession session;
    final double[] values;
    FrameSlot in;
    FrameSlot out;
    long ticket;
    long parameterVersion;
    boolean isDone;

    JavaJob(final JavaSession session, final int parameterCount) {
        this.session = session;
        values = new double[parameterCount];
    }

    void run(final RowScratch scratch) {
        session.run(this, scratch);
    }
}
