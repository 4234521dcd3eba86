package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.ts.TsStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Turns the units of one stream of a file into packets of a transport stream. Single-threaded. */
interface Track extends AutoCloseable {
    /**
     * Takes one unit with its times in 90 kHz ticks, as they shall be delivered; they may be missing.
     *
     * @param unit      borrowed.
     * @param arrivalNs when it was read.
     * @param out       gets packets and owns them.
     */
    void accept(AVPacket unit, long arrivalNs, PacketHandler out);

    /** Hands out what is still held at the end. */
    default void finish(final long arrivalNs, final PacketHandler out) {
    }

    /** The stream as it is delivered. */
    TsStream stream();

    /** Codec and treatment, for people. */
    String description();

    /** How much earlier than its first unit the first packet may be, in 90 kHz ticks. */
    default long leadTicks() {
        return 0;
    }

    /** Units that could not be used. */
    default long damagedUnits() {
        return 0;
    }

    @Override
    default void close() {
    }
}
