package dev.rill.frame.codec;

import dev.rill.frame.PacketHandler;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;

/**
 * Encodes frame slots into one H.264 stream without B-frames: Annex B access units, parameter sets in front of every
 * IDR picture, decoding time = presentation time. Besides the keyframes asked for, a codec may make one at a change of
 * scene. Single-threaded; {@link #close()} belongs to the same thread.
 */
public interface VideoEncoder extends AutoCloseable {
    /**
     * Encodes one picture; its packet is handed out within this call.
     *
     * @param slot          borrowed; the encoder reads its memory in place. Its format is {@link #format()}.
     * @param pts           presentation time in 90 kHz ticks, greater than the one before; any spacing.
     * @param arrivalNs     handed on in the packet.
     * @param forceKeyframe true makes this an IDR picture.
     * @param out           gets the packet and owns it.
     * @throws IllegalArgumentException if the format differs or time does not advance.
     * @throws MediaException           if the codec fails.
     */
    void encode(FrameSlot slot, long pts, long arrivalNs, boolean forceKeyframe, PacketHandler out);

    /**
     * Hands out what the codec still holds; nothing with the codecs in use. Nothing can be encoded afterwards.
     *
     * @param out gets the packets and owns them.
     */
    void flush(PacketHandler out);

    /** Name of the codec implementation, as FFmpeg calls it. */
    String name();

    /** Format of the frames this encoder takes. */
    FrameFormat format();

    @Override
    void close();
}
