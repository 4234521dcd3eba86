package dev.rill.gpu;

/** A session as its device sees it. */
interface DeviceSession {
    /**
     * Queues one frame; never blocks. One thread at a time.
     *
     * @return OK, or BACK_PRESSURED, CLOSED, BAD_SLOT or DEVICE_LOST; refused tickets are used again.
     */
    int submit(FrameSlot in, FrameSlot out, long ticket, ModelParameters parameters);

    /** Asks a device that has not finished anything for a while whether it lives; if not, it completes what is out. */
    default void check() {
    }

    /** What is known of the latest failure, in one line; empty if nothing is. Any thread. */
    default String failure() {
        return "";
    }

    /** What the device has measured. Any thread, until it is closed. */
    default DeviceTimes times() {
        return DeviceTimes.UNKNOWN;
    }

    /**
     * Cancels what has not begun and waits for what has; afterwards the device touches neither slots nor block.
     *
     * @return OK, or TIMEOUT: still running, may be called again.
     */
    int close(long timeoutNs);
}
