package dev.rill.frame;

import org.agrona.concurrent.NanoClock;

/** What {@link DeliveryPolicy#LIVE} demands of a frame that waits; under {@link DeliveryPolicy#BATCH} nothing. */
final class LiveLimits {
    private final boolean isLive;
    private final long maxAgeNs;
    private final NanoClock clock;

    LiveLimits(final FramePipelineContext context) {
        isLive = context.policy() == DeliveryPolicy.LIVE;
        maxAgeNs = context.maxAgeNs();
        clock = context.clock();
    }

    boolean isLive() {
        return isLive;
    }

    /** Whether this frame has waited half as long as it may. */
    boolean isAging(final FramePassport frame) {
        return isLive && clock.nanoTime() - frame.arrivalNs() > maxAgeNs / 2;
    }

    /** Whether a fresher frame should take the place of this one. */
    boolean isTooOld(final FramePassport frame) {
        return isLive && clock.nanoTime() - frame.arrivalNs() > maxAgeNs;
    }
}
