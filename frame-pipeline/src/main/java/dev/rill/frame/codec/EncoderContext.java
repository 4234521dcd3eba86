package dev.rill.frame.codec;

import dev.rill.frame.PacketPool;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.PixelFormat;
import java.util.Set;

/** Options of a {@link VideoEncoder}; concluded once by {@link Codecs#h264Encoder(EncoderContext)}. */
public final class EncoderContext {
    /** Distance of keyframes if not set: 2 s, in 90 kHz ticks. */
    public static final long DEFAULT_KEYFRAME_INTERVAL_TICKS = 180_000;

    /** Least bit rate that is chosen when none is set, in bit/s. */
    public static final long MINIMUM_AUTOMATIC_BIT_RATE = 300_000;

    private static final Set<String> PROFILES = Set.of("", "baseline", "main", "high");
    private static final long PIXELS_PER_BIT = 10;

    private FrameFormat format;
    private int frameRateNumerator = 30;
    private int frameRateDenominator = 1;
    private long bitRate;
    private long keyframeIntervalTicks = DEFAULT_KEYFRAME_INTERVAL_TICKS;
    private String encoderName = "";
    private String profile = "";
    private PacketPool packetPool;
    private boolean concluded;

    /** Format of the frames; required, I420. The stream declares its colours. */
    public FrameFormat format() {
        return format;
    }

    /**
     * @param newFormat format of the frames; I420.
     * @return this.
     */
    public EncoderContext format(final FrameFormat newFormat) {
        format = newFormat;
        return this;
    }

    /** Numerator of the expected frame rate. */
    public int frameRateNumerator() {
        return frameRateNumerator;
    }

    /** Denominator of the expected frame rate. */
    public int frameRateDenominator() {
        return frameRateDenominator;
    }

    /**
     * Sets the expected frame rate: a hint for rate control, default 30/1. Times of frames may be spaced differently.
     *
     * @param numerator   frames, at least 1.
     * @param denominator per so many seconds, at least 1.
     * @return this.
     */
    public EncoderContext frameRate(final int numerator, final int denominator) {
        frameRateNumerator = numerator;
        frameRateDenominator = denominator;
        return this;
    }

    /** Target in bit/s; 0, the default, chooses 0.1 bit per pixel, at least {@value #MINIMUM_AUTOMATIC_BIT_RATE}. */
    public long bitRate() {
        return bitRate;
    }

    /**
     * @param newBitRate target in bit/s; 0 chooses by size and frame rate.
     * @return this.
     */
    public EncoderContext bitRate(final long newBitRate) {
        bitRate = newBitRate;
        return this;
    }

    /** Distance of keyframes in 90 kHz ticks of presentation time. */
    public long keyframeIntervalTicks() {
        return keyframeIntervalTicks;
    }

    /**
     * @param newIntervalTicks distance of keyframes in 90 kHz ticks, at least 1; default
     *                         {@value #DEFAULT_KEYFRAME_INTERVAL_TICKS}.
     * @return this.
     */
    public EncoderContext keyframeIntervalTicks(final long newIntervalTicks) {
        keyframeIntervalTicks = newIntervalTicks;
        return this;
    }

    /** FFmpeg's name of the encoder; empty chooses libx264 if the build has it, else libopenh264. */
    public String encoderName() {
        return encoderName;
    }

    /**
     * @param newName FFmpeg's name of the encoder; empty chooses.
     * @return this.
     */
    public EncoderContext encoderName(final String newName) {
        encoderName = newName;
        return this;
    }

    /** Profile of H.264: {@code baseline}, {@code main}, {@code high}, or empty for the codec's own choice. */
    public String profile() {
        return profile;
    }

    /**
     * @param newProfile {@code baseline}, {@code main}, {@code high}; empty, the default, leaves the choice.
     * @return this.
     */
    public EncoderContext profile(final String newProfile) {
        profile = newProfile;
        return this;
    }

    /** Where packets come from; a pool of its own if not set. */
    public PacketPool packetPool() {
        return packetPool;
    }

    /**
     * @param newPool where packets come from.
     * @return this.
     */
    public EncoderContext packetPool(final PacketPool newPool) {
        packetPool = newPool;
        return this;
    }

    /**
     * Checks all values and fills in defaults.
     *
     * @return this.
     * @throws IllegalStateException    if called twice.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public EncoderContext conclude() {
        if (concluded) {
            throw new IllegalStateException("EncoderContext: already concluded");
        }
        require(format != null, "format: expected a frame format, actual null");
        require(format.pixelFormat() == PixelFormat.I420, "format: expected I420, actual " + format);
        require(frameRateNumerator >= 1 && frameRateDenominator >= 1,
            "frameRate: expected at least 1/1, actual " + frameRateNumerator + "/" + frameRateDenominator);
        require(profile != null && PROFILES.contains(profile),
            "profile: expected baseline, main, high or nothing, actual " + profile);
        require(bitRate >= 0, "bitRate: expected 0 or more, actual " + bitRate);
        require(keyframeIntervalTicks >= 1,
            "keyframeIntervalTicks: expected 1 or more, actual " + keyframeIntervalTicks);
        if (bitRate == 0) {
            bitRate = automaticBitRate();
        }
        if (packetPool == null) {
            packetPool = new PacketPool();
        }
        concluded = true;
        return this;
    }

    private long automaticBitRate() {
        final long pixels = (long) format.width() * format.height();
        return Math.max(MINIMUM_AUTOMATIC_BIT_RATE,
            pixels * frameRateNumerator / frameRateDenominator / PIXELS_PER_BIT);
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
