package dev.rill.frame.codec;

/** Opens codecs. Any thread; the codec opened then belongs to one thread at a time. */
public final class Codecs {
    private Codecs() {
    }

    /**
     * Opens an H.264 decoder with the least possible delay.
     *
     * @param slots where pictures go; a change of resolution asks for slots of the new size.
     * @return the decoder; close it.
     * @throws MediaException if it cannot be opened.
     */
    public static VideoDecoder h264Decoder(final SlotSource slots) {
        return h264Decoder(slots, HardwareUse.OFF, Integer.MAX_VALUE);
    }

    /**
     * As {@link #h264Decoder(SlotSource)}, and on a GPU where that is wanted. Pictures of a GPU are NV12 in its memory:
     * they are fetched and converted into slots, which {@link VideoDecoder#convertedFrames} counts.
     *
     * @param slots     where pictures go.
     * @param hardware  whether a GPU may, or must, decode.
     * @param maxPixels of the largest picture; units with larger ones are damaged, and no memory is taken for them.
     * @return the decoder; close it.
     * @throws MediaException if it cannot be opened, or a GPU is required and there is none.
     */
    public static VideoDecoder h264Decoder(
        final SlotSource slots, final HardwareUse hardware, final long maxPixels) {
        return FFmpegVideoDecoder.h264(slots, hardware, maxPixels);
    }

    /**
     * Opens an H.264 encoder with the least possible delay.
     *
     * @param context options; concluded here.
     * @return the encoder; close it.
     * @throws MediaException           if no encoder can be opened; names each one tried and its reason.
     * @throws IllegalArgumentException if an option is out of range.
     */
    public static VideoEncoder h264Encoder(final EncoderContext context) {
        return FFmpegVideoEncoder.open(context.conclude());
    }
}
