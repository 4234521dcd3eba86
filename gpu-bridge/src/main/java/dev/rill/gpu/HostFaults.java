package dev.rill.gpu;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What tests let go wrong with a device of this process; see {@link Device#injectFault}. Any thread. */
final class HostFaults {
    private volatile long delayNs;
    private volatile int status;
    private volatile boolean isStopped;

    void inject(final long newDelayNs, final int newStatus) {
        delayNs = newDelayNs;
        status = isLost() ? BridgeSession.DEVICE_LOST : newStatus;
    }

    void stop() {
        isStopped = true;
    }

    boolean isLost() {
        return status == BridgeSession.DEVICE_LOST;
    }

    int status() {
        return status;
    }

    boolean isDelayed() {
        return delayNs > 0;
    }

    /** Waits as long as the fault says; a closing session cuts that no shorter than a hanging device would. */
    void await() {
        final long waitNs = delayNs;
        if (waitNs > 0) {
            final long deadlineNs = System.nanoTime() + waitNs;
            for (long leftNs = waitNs; leftNs > 0 && !isStopped; leftNs = deadlineNs - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(leftNs, TimeUnit.MILLISECONDS.toNanos(1)));
            }
        }
    }
}
