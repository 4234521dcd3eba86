package dev.rill.frame.codec;

import dev.rill.gpu.FrameSlot;

/** Takes decoded frames. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * Takes one picture, in presentation order.
     *
     * @param slot      holds the picture; the callee owns the reference from now on, on every path.
     * @param pts       presentation time in 90 kHz ticks, as the packet it came from said.
     * @param arrivalNs arrival time of that packet.
     * @param keyframe  true if the picture was coded without reference to others.
     */
    void onFrame(FrameSlot slot, long pts, long arrivalNs, boolean keyframe);
}
