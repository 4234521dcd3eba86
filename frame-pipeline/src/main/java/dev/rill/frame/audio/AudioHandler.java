package dev.rill.frame.audio;

/**
 * Processes the sound of one stream. Called on a thread of the pipeline, one block after the other, in front of the
 * encoder: must return sooner than the block lasts, and must not keep it.
 */
@FunctionalInterface
public interface AudioHandler {
    /**
     * Changes a block of sound in place.
     *
     * @param sound borrowed: valid until this method returns.
     */
    void onSound(Sound sound);

    /**
     * Makes sound louder or softer.
     *
     * @param factor 1 leaves it as it is; samples stay in -1..1.
     * @return the handler.
     * @throws IllegalArgumentException unless 0 or more.
     */
    static AudioHandler gain(final double factor) {
        if (!(factor >= 0)) {
            throw new IllegalArgumentException("gain: expected 0 or more, actual " + factor);
        }
        return sound -> sound.channels().forEach(channel -> {
            for (int i = 0; i < sound.samples(); i++) {
                channel.put(i, (float) Math.max(-1, Math.min(1, channel.get(i) * factor)));
            }
        });
    }
}
