package dev.rill.frame.codec;

import java.nio.ByteBuffer;

/**
 * AAC in ADTS framing (ISO/IEC 13818-7, 6.2): reads the header of a frame, and makes headers for frames without one.
 * <pre>
 *  bits  12 sync 0xFFF | 1 id | 2 layer 0 | 1 no CRC | 2 profile | 4 rate index | 1 private | 3 channels | 4 ...
 *        13 frame length, header included | 11 fullness | 2 raw blocks - 1
 * </pre>
 */
public final class Adts {
    /** Length of a header without checksum, in bytes. */
    public static final int HEADER_LENGTH = 7;

    /** Samples of one frame. */
    public static final int FRAME_SAMPLES = 1024;

    /** Longest frame without header that the framing can express, in bytes. */
    public static final int MAX_PAYLOAD_LENGTH = (1 << 13) - 1 - HEADER_LENGTH;

    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350};
    private static final int LOW_COMPLEXITY = 2;
    private static final int EXPLICIT_RATE = 15;
    private static final int SYNC = 0xFFF;

    private final int profile;
    private final int rateIndex;
    private final int channels;

    private Adts(final int profile, final int rateIndex, final int channels) {
        this.profile = profile;
        this.rateIndex = rateIndex;
        this.channels = channels;
    }

    /**
     * Framing for low-complexity AAC.
     *
     * @param sampleRate one of the rates of the standard, 7350 to 96000.
     * @param channels   1 to 7.
     * @return the framing.
     * @throws IllegalArgumentException if the rate is none of them.
     */
    public static Adts of(final int sampleRate, final int channels) {
        for (int i = 0; i < RATES.length; i++) {
            if (RATES[i] == sampleRate) {
                return new Adts(LOW_COMPLEXITY - 1, i, channels);
            }
        }
        throw new IllegalArgumentException("ADTS: expected a standard sample rate, actual " + sampleRate);
    }

    /**
     * Framing for a stream described by an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). Extensions behind the core
     * layer are signalled in-band by the stream itself and are not looked at.
     *
     * @param config bytes from position to limit; not changed.
     * @return the framing, or null if ADTS cannot express it.
     */
    public static Adts ofConfig(final ByteBuffer config) {
        if (config.remaining() < 2) {
            return null;
        }
        final int bits = (config.get(config.position()) & 0xFF) << 8 | config.get(config.position() + 1) & 0xFF;
        final int objectType = bits >> 11;
        final int rateIndex = bits >> 7 & 0xF;
        final int channels = bits >> 3 & 0xF;
        if (objectType == 5 || objectType == 29) {
            return ofExtended(config, rateIndex, channels);
        }
        final boolean fits = objectType >= 1 && objectType <= 4
            && rateIndex != EXPLICIT_RATE && rateIndex < RATES.length && channels >= 1 && channels <= 7;
        return fits ? new Adts(objectType - 1, rateIndex, channels) : null;
    }

    /** Explicit SBR or PS: the core is low complexity at the rate in front of the extension rate. */
    private static Adts ofExtended(final ByteBuffer config, final int rateIndex, final int channels) {
        final boolean fits = rateIndex < RATES.length && channels >= 1 && channels <= 7;
        return fits ? new Adts(LOW_COMPLEXITY - 1, rateIndex, channels) : null;
    }

    /** Samples per second. */
    public int sampleRate() {
        return RATES[rateIndex];
    }

    /** Channel configuration, which is the number of channels up to 6; 7 means 8 channels. */
    public int channels() {
        return channels;
    }

    /**
     * Writes the header of one frame.
     *
     * @param payloadLength length of the frame without header.
     * @param target        gets {@value #HEADER_LENGTH} bytes at its position.
     * @throws IllegalArgumentException if the frame is longer than ADTS can tell.
     */
    public void writeHeader(final int payloadLength, final ByteBuffer target) {
        final int length = payloadLength + HEADER_LENGTH;
        if (payloadLength > MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException(
                "ADTS: frame of " + payloadLength + " bytes exceeds " + MAX_PAYLOAD_LENGTH);
        }
        target.put((byte) 0xFF).put((byte) 0xF1);
        target.put((byte) (profile << 6 | rateIndex << 2 | channels >> 2));
        target.put((byte) ((channels & 3) << 6 | length >> 11));
        target.put((byte) (length >> 3));
        target.put((byte) ((length & 7) << 5 | 0x1F)).put((byte) 0xFC);
    }

    /**
     * AudioSpecificConfig of this stream.
     *
     * @return two bytes.
     */
    public byte[] config() {
        final int bits = profile + 1 << 11 | rateIndex << 7 | channels << 3;
        return new byte[] {(byte) (bits >> 8), (byte) bits};
    }

    /**
     * Tells whether an ADTS frame begins at an index.
     *
     * @param data  bytes.
     * @param index absolute index into {@code data}.
     * @return true if a complete header is there.
     */
    public static boolean isHeader(final ByteBuffer data, final int index) {
        return index + HEADER_LENGTH <= data.limit()
            && ((data.get(index) & 0xFF) << 4 | (data.get(index + 1) & 0xF0) >> 4) == SYNC
            && (data.get(index + 1) & 0x06) == 0
            && frameLength(data, index) >= headerLength(data, index)
            && (data.get(index + 2) >> 2 & 0xF) < RATES.length;
    }

    /** Length of the frame at {@code index}, header included; only behind {@link #isHeader}. */
    public static int frameLength(final ByteBuffer data, final int index) {
        return (data.get(index + 3) & 3) << 11 | (data.get(index + 4) & 0xFF) << 3 | (data.get(index + 5) & 0xFF) >> 5;
    }

    /** Length of the header at {@code index}: 7, or 9 with checksum. */
    public static int headerLength(final ByteBuffer data, final int index) {
        return (data.get(index + 1) & 1) == 1 ? HEADER_LENGTH : HEADER_LENGTH + 2;
    }

    /** Framing that the header at {@code index} describes. */
    public static Adts parse(final ByteBuffer data, final int index) {
        final int third = data.get(index + 2) & 0xFF;
        final int channels = (third & 1) << 2 | (data.get(index + 3) & 0xC0) >> 6;
        return new Adts(third >> 6, third >> 2 & 0xF, channels);
    }
}
