package dev.rill.gpu;

/** One frame that threads of this process work on; preallocated, one per completion record of its session. */
final class HostJob {
    final HostSession session;
    final double[] values;
    FrameSlot in;
    FrameSlot out;
    long ticket;
    long parameterVersion;
    boolean isDone;

    HostJob(final HostSession session, final int parameterCount) {
        this.session = session;
        values = new double[parameterCount];
    }

    void run(final int worker) {
        session.run(this, worker);
    }
}
