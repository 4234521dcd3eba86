package dev.rill.gpu;

/** A session as its device sees it. */
interface DeviceSession {
    /**
     * Queues one frame; never blocks. One thread at a time.
     *
     * @return OK, or BACK_PRESSURED, CLOSED, BAD_SLOT or DEVICE_LOST; refused tickets are used again.
     */
    int submit(FrameSlot in, FrameSlot out, long ticket, ModelParameters parameters);

    /**
     * Cancels what has not begun and waits for what has; afterwards the device touches neither slots nor block.
     *
     * @return OK, or TIMEOUT: still running, may be called again.
     */
    int close(long timeoutNs);
}
