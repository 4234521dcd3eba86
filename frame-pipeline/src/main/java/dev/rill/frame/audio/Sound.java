package dev.rill.frame.audio;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A block of sound: 48 000 samples per second, one buffer of 32-bit floats in -1..1 for each of 1 or 2 channels (mono,
 * or left and right), from position 0 to the limit, in native byte order. Blocks follow each other without a gap until
 * the time of one says otherwise; their length differs.
 *
 * @param channels samples of each channel; written in place. Valid until the handler returns.
 * @param samples  of each channel, 1 or more.
 * @param pts      presentation time of the first of them, in 90 kHz ticks.
 */
public record Sound(List<FloatBuffer> channels, int samples, long pts) {
    /** Samples per second. */
    public static final int SAMPLE_RATE = 48_000;

    /** Makes it silent. */
    public void mute() {
        for (final FloatBuffer channel : channels) {
            for (int i = 0; i < samples; i++) {
                channel.put(i, 0);
            }
        }
    }
}
