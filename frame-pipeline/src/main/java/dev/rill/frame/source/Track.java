package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.ts.TsStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Turns the units of one stream of a file into packets of a transport stream. Single-threaded. */
abstract class Track implements AutoCloseable {
    private final TsStream stream;
    private final String description;

    /**
     * @param stream      as it is delivered.
     * @param description codec and treatment, for people.
     */
    Track(final TsStream stream, final String description) {
        this.stream = stream;
        this.description = description;
    }

    /**
     * Takes one unit with its times in 90 kHz ticks, as they shall be delivered; they may be missing.
     *
     * @param unit      borrowed.
     * @param arrivalNs when it was read.
     * @param out       gets packets and owns them.
     */
    abstract void accept(AVPacket unit, long arrivalNs, PacketHandler out);

    /** Goes on with what found no room; false while there is still none. Nothing is accepted before it is true. */
    boolean resume() {
        return true;
    }

    /** Hands out what is still held at the end. */
    void finish(final long arrivalNs, final PacketHandler out) {
    }

    /** The stream as it is delivered. */
    final TsStream stream() {
        return stream;
    }

    /** Codec and treatment, for people. */
    final String description() {
        return description;
    }

    /** How much earlier than its first unit the first packet may be, in 90 kHz ticks. */
    long leadTicks() {
        return 0;
    }

    /** Units that could not be used, or whose decoding time did not advance. */
    long damagedUnits() {
        return 0;
    }

    @Override
    public void close() {
    }
}
