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
        return FFmpegVideoDecoder.h264(slots);
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
