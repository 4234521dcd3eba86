package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;

/** An open device: the bridge's side of the native ABI and of its stand-in. */
interface Device {
    DeviceInfo info();

    /** Allocates the slots of one pool; processes that run models may write those for results alone. */
    SlotMemory allocate(FrameFormat format, int slots, boolean forResults);

    /** Opens a session that writes its completions into {@code block} until it is closed. */
    DeviceSession open(Model model, FrameFormat format, int window, CompletionBlock block);

    /**
     * Scripts a fault for tests: every later job first waits {@code delayNs}, then completes with {@code status}
     * without running if that is not {@link BridgeSession#OK}. {@link BridgeSession#DEVICE_LOST} is for ever.
     */
    void injectFault(long delayNs, int status);

    /** Nanoseconds of one of many copies of a picture between the first two slots of a pool and the device. */
    double measureCopy(FramePool pool, int rounds, CopyDirection direction);

    /** Ends the device's threads; every session is closed before. Returns OK or TIMEOUT. */
    int close(long timeoutNs);
}
