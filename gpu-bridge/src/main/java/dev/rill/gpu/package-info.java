/**
 * The inference bridge: devices, pools of off-heap frame slots, and sessions that run a model on one slot and write
 * another.
 * <p>
 * A raw frame lives in one {@link dev.rill.gpu.FrameSlot} and is handed on by reference. A
 * {@link dev.rill.gpu.BridgeSession} accepts an input and an output slot in one call that never blocks, and hands back
 * completions, in the order of submission, when it is polled. This package knows nothing of HTTP, trickle, FFmpeg or
 * jobs.
 */
package dev.rill.gpu;
