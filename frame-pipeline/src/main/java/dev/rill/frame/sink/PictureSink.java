package dev.rill.frame.sink;

import dev.rill.gpu.FrameSlot;

/** Takes results as pictures instead of a stream. Calls come from one thread at a time. */
public interface PictureSink extends AutoCloseable {
    /** What makes of the pictures what is kept, for people: the name of a codec. */
    String name();

    /**
     * Takes one picture.
     *
     * @param slot I420 of limited range; borrowed until this method returns.
     * @param pts  its time in 90 kHz ticks.
     * @throws dev.rill.frame.codec.MediaException one line that names the place, if it cannot be kept.
     */
    void onPicture(FrameSlot slot, long pts);

    /** Nothing more will come. Idempotent. */
    @Override
    void close();
}
