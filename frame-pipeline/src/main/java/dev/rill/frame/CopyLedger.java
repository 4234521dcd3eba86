package dev.rill.frame;

/**
 * Payload copies in user space, hop by hop; what is not listed does not copy.
 *
 * @param demuxedBytes    compressed bytes copied from segment blocks into packets.
 * @param copiedFrames    pictures copied from the decoder into slots.
 * @param convertedFrames pictures whose pixel format was converted on their way into a slot.
 * @param muxedBytes      transport stream bytes built from packets.
 * @param publishedBytes  transport stream bytes copied into the blocks of the output channel.
 * @param heldBackBytes   transport stream bytes copied once more because the output pushed back.
 */
public record CopyLedger(
    long demuxedBytes,
    long copiedFrames,
    long convertedFrames,
    long muxedBytes,
    long publishedBytes,
    long heldBackBytes) {
}
