package dev.rill.frame.source;

import dev.rill.frame.PacketPool;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Options of a {@link TestPatternSource}; concluded once by {@link TestPatternSource#open}. */
public final class TestPatternContext {
    /** Width if not set, in pixels. */
    public static final int DEFAULT_WIDTH = 640;
    /** Height if not set, in pixels. */
    public static final int DEFAULT_HEIGHT = 360;
    /** Frames per second if not set. */
    public static final int DEFAULT_FRAME_RATE = 30;

    private int width = DEFAULT_WIDTH;
    private int height = DEFAULT_HEIGHT;
    private int frameRateNumerator = DEFAULT_FRAME_RATE;
    private int frameRateDenominator = 1;
    private double seconds = 10;
    private boolean audio = true;
    private long bitRate;
    private PacketPool packetPool;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private boolean concluded;

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /**
     * Sets the size, default {@value #DEFAULT_WIDTH}x{@value #DEFAULT_HEIGHT}.
     *
     * @param newWidth  even, at least {@value FrameNumber#MIN_DIMENSION}.
     * @param newHeight even, at least {@value FrameNumber#MIN_DIMENSION}.
     * @return this.
     */
    public TestPatternContext size(final int newWidth, final int newHeight) {
        width = newWidth;
        height = newHeight;
        return this;
    }

    /** Numerator of the frame rate. */
    public int frameRateNumerator() {
        return frameRateNumerator;
    }

    /** Denominator of the frame rate. */
    public int frameRateDenominator() {
        return frameRateDenominator;
    }

    /**
     * Sets the frame rate, default {@value #DEFAULT_FRAME_RATE}/1.
     *
     * @param numerator   frames, at least 1.
     * @param denominator per so many seconds, at least 1.
     * @return this.
     */
    public TestPatternContext frameRate(final int numerator, final int denominator) {
        frameRateNumerator = numerator;
        frameRateDenominator = denominator;
        return this;
    }

    /** Duration in seconds; 0 for no end. */
    public double seconds() {
        return seconds;
    }

    /**
     * @param newSeconds duration, default 10; 0 never ends.
     * @return this.
     */
    public TestPatternContext seconds(final double newSeconds) {
        seconds = newSeconds;
        return this;
    }

    /** Whether there is a tone. */
    public boolean audio() {
        return audio;
    }

    /**
     * @param newAudio true, the default, adds a tone of 440 Hz as AAC.
     * @return this.
     */
    public TestPatternContext audio(final boolean newAudio) {
        audio = newAudio;
        return this;
    }

    /** Target of the video encoder in bit/s; 0 chooses by size and rate. */
    public long bitRate() {
        return bitRate;
    }

    /**
     * @param newBitRate target of the video encoder in bit/s; 0, the default, chooses.
     * @return this.
     */
    public TestPatternContext bitRate(final long newBitRate) {
        bitRate = newBitRate;
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
    public TestPatternContext packetPool(final PacketPool newPool) {
        packetPool = newPool;
        return this;
    }

    /** Clock that stamps arrival times. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /**
     * @param newClock stamps arrival times.
     * @return this.
     */
    public TestPatternContext nanoClock(final NanoClock newClock) {
        nanoClock = newClock;
        return this;
    }

    /**
     * Checks all values and fills in defaults.
     *
     * @return this.
     * @throws IllegalStateException    if called twice.
     * @throws IllegalArgumentException if a value is out of range.
     */
    public TestPatternContext conclude() {
        if (concluded) {
            throw new IllegalStateException("TestPatternContext: already concluded");
        }
        final boolean fits = width >= FrameNumber.MIN_DIMENSION && height >= FrameNumber.MIN_DIMENSION
            && width % 2 == 0 && height % 2 == 0;
        require(fits, "size: expected even and at least " + FrameNumber.MIN_DIMENSION + "x"
            + FrameNumber.MIN_DIMENSION + ", actual " + width + "x" + height);
        require(frameRateNumerator >= 1 && frameRateDenominator >= 1,
            "frameRate: expected at least 1/1, actual " + frameRateNumerator + "/" + frameRateDenominator);
        require(seconds >= 0, "seconds: expected 0 or more, actual " + seconds);
        if (packetPool == null) {
            packetPool = new PacketPool();
        }
        concluded = true;
        return this;
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new IllegalArgumentException("test pattern " + message);
        }
    }
}
