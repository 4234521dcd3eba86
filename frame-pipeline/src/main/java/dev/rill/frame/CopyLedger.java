package dev.rill.frame;

/**
 * Payload copies in user space, hop by hop; what is not listed does not copy.
 *
 * @param demuxedBytes    compressed bytes copied from segment blocks into packets.
 * @param copiedFrames    pictures copied into slots because the decoder could not write there itself.
 * @param convertedFrames pictures whose pixel format was converted on their way into a slot.
 * @param scaledFrames    pictures brought to the size of the output by the host.
 * @param pixels          pixels of all decoded pictures.
 * @param hostBytes       bytes of picture that the host wrote, outside of codecs and devices: those of the copied, the
 *                        converted and the scaled frames.
 * @param deviceBytes     bytes of picture that the device wrote: 1.5 per pixel of each result, none where the model
 *                        passes frames through.
 * @param muxedBytes      transport stream bytes built from packets.
 * @param publishedBytes  transport stream bytes copied into the blocks of the output channel.
 * @param heldBackBytes   transport stream bytes copied once more because the output pushed back.
 */
public record CopyLedger(
    long demuxedBytes,
    long copiedFrames,
    long convertedFrames,
    long scaledFrames,
    long pixels,
    long hostBytes,
    long deviceBytes,
    long muxedBytes,
    long publishedBytes,
    long heldBackBytes) {

    /** Bytes that the host wrote for each pixel on its way from decoder to encoder; 0 without pictures. */
    public double hostBytesPerPixel() {
        return pixels == 0 ? 0 : (double) hostBytes / pixels;
    }

    /** Bytes that the device wrote for each pixel; 0 without pictures. */
    public double deviceBytesPerPixel() {
        return pixels == 0 ? 0 : (double) deviceBytes / pixels;
    }
}
