package dev.rill.frame.audio;

import java.util.Objects;

/**
 * How sound is processed: decoded, brought to 48 kHz, handed to the handler, encoded. Mono stays mono, more than two
 * channels become stereo; AAC or MP3 of a live stream that becomes Opus is always stereo, because the program map has
 * to say so before the first unit: mono is then 3 dB softer on each side, as loud as before on both.
 *
 * @param handler changes it.
 * @param codec   what it is encoded as.
 */
public record AudioProcessing(AudioHandler handler, AudioCodec codec) {
    /**
     * Checks that both are there.
     */
    public AudioProcessing {
        Objects.requireNonNull(handler, "handler");
        Objects.requireNonNull(codec, "codec");
    }

    /**
     * Sound that is encoded as it is.
     *
     * @param codec what it is encoded as.
     * @return the processing.
     */
    public static AudioProcessing to(final AudioCodec codec) {
        return new AudioProcessing(sound -> { }, codec);
    }
}
