package dev.rill.frame;

import org.agrona.concurrent.NanoClock;

/**
 * Tells a live stage that is behind from one that catches up with a burst: it is behind once frames have waited, in
 * front of it or for the device, without a break for {@value #PATIENCE} times as long as one of them may, and until it
 * has had nothing to do. A stage that is behind does best to take the freshest frame alone, one at a time. Belongs to
 * the thread of the stage.
 */
final class Backlog {
    private static final int PATIENCE = 4;

    private final boolean isLive;
    private final long patienceNs;
    private final NanoClock clock;
    private boolean waiting;
    private long sinceNs;
    private boolean standing;
    private boolean deviceQueues;

    Backlog(final FramePipelineContext context) {
        isLive = context.policy() == DeliveryPolicy.LIVE;
        patienceNs = PATIENCE * context.maxAgeNs();
        clock = context.clock();
    }

    /** Whether the stage is behind. */
    boolean isStanding() {
        return standing;
    }

    /** Takes note of a frame that the device has finished: whether it waited for the device half as long as it took. */
    void onCompletion(final FramePassport frame, final long deviceStartNs, final long deviceEndNs) {
        deviceQueues = deviceStartNs - frame.submittedNs() > (deviceEndNs - deviceStartNs) / 2;
    }

    /**
     * Takes note of what is left once the stage has taken what it can.
     *
     * @param frameWaits whether a frame waits.
     * @param busy       whether the stage has something under way.
     */
    void observe(final boolean frameWaits, final boolean busy) {
        if (!isLive) {
            return;
        }
        if (!frameWaits && !(busy && deviceQueues)) {
            waiting = false;
            standing &= busy;
        } else if (!waiting) {
            waiting = true;
            sinceNs = clock.nanoTime();
        } else if (!standing) {
            standing = clock.nanoTime() - sinceNs > patienceNs;
        }
    }
}
