package dev.rill.gpu;

/**
 * How long frames of a session took on its device, by the device's own clock, summed over those that were measured:
 * every frame that succeeds on {@code cpu}, about one in 64 on CUDA (events with time stamps), none where the device
 * knows no more than the times in completions.
 *
 * @param frames    measured.
 * @param copyInNs  nanoseconds of copies to the device; 0 where there are none.
 * @param modelNs   of the model, with conversions to tensors and back.
 * @param copyOutNs of copies from the device.
 */
public record DeviceTimes(long frames, long copyInNs, long modelNs, long copyOutNs) {
    /** Nothing is known. */
    static final DeviceTimes UNKNOWN = new DeviceTimes(0, 0, 0, 0);
}
