package dev.rill.frame;

import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.HardwareUse;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.frame.sink.PictureSink;
import dev.rill.frame.source.DecodedSource;
import dev.rill.frame.ts.TsReader;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Options of a {@link FramePipeline}; concluded once by {@link FramePipeline#launch}. Bridge and
 * model are required, and one input, {@link #subscriber} or {@link #source}, and one output, {@link #publisher} or
 * {@link #pictures}.
 */
public final class FramePipelineContext {
    /** Frames in the bridge at a time if not set. */
    public static final int IN_FLIGHT_WINDOW_DEFAULT = 3;

    /** Capacity of the ring in front of the bridge if not set, in frames. */
    public static final int RING_CAPACITY_DEFAULT = 16;

    /** Default age that a frame may have when it is submitted: 250 ms. */
    public static final long MAX_AGE_DEFAULT_NS = 250_000_000L;

    /** Distance of output keyframes, and so length of output segments, if not set: 2 s in 90 kHz ticks. */
    public static final long KEYFRAME_INTERVAL_TICKS_DEFAULT = 180_000;

    /** Largest picture if not set: as many pixels as 4096 by 2304 have, and level 5.2 of H.264. */
    public static final int MAX_PIXELS_DEFAULT = 4096 * 2304;

    /** Longest pause of an idle stage: 1 ms. Data that arrives ends it early. */
    public static final long MAX_PARK_NS = 1_000_000;

    /** Longest time without a turn for a stage at rest on shared threads: 100 ms. */
    static final long LONGEST_PAUSE_NS = 100_000_000;

    private static final long MIN_PARK_NS = 50_000;
    private static final long CLOSE_TIMEOUT_NS = 15_000_000_000L;
    private static final int MAX_RING_CAPACITY = 256;
    private static final int MAX_FRAME_RATE = 240;

    private TrickleSubscriber subscriber;
    private DecodedSource source;
    private AudioProcessing audio;
    private TricklePublisher publisher;
    private PictureSink pictures;
    private Bridge bridge;
    private Model model;
    private ModelParameters parameters;
    private DeliveryPolicy policy = DeliveryPolicy.LIVE;
    private ThreadingMode threadingMode = ThreadingMode.SHARED;
    private MediaThreads mediaThreads;
    private HardwareUse hardwareDecoding = HardwareUse.AUTO;
    private FramePipelineListener listener = FramePipelineListener.NONE;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private Supplier<IdleStrategy> idleStrategy = () -> new BackoffIdleStrategy(1, 1, MIN_PARK_NS, MAX_PARK_NS);
    private long maxAgeNs = MAX_AGE_DEFAULT_NS;
    private int inFlightWindow = IN_FLIGHT_WINDOW_DEFAULT;
    private int ringCapacity = RING_CAPACITY_DEFAULT;
    private int maxUnitLength = TsReader.MAX_UNIT_LENGTH_DEFAULT;
    private int maxPixels = MAX_PIXELS_DEFAULT;
    private int outputWidth;
    private int outputHeight;
    private int maxFrameRate;
    private String encoderName = "";
    private long bitRate;
    private int frameRateNumerator = 30;
    private int frameRateDenominator = 1;
    private long keyframeIntervalTicks = KEYFRAME_INTERVAL_TICKS_DEFAULT;
    private InferencePort.Opener inference = InferencePort.SESSIONS;
    private Function<EncoderContext, VideoEncoder> encoders = Codecs::h264Encoder;
    private long closeTimeoutNs = CLOSE_TIMEOUT_NS;
    private boolean concluded;

    /**
     * Sets the input.
     *
     * @param newSubscriber the pipeline owns it from {@link FramePipeline#launch} on, also when that fails.
     * @return this.
     */
    public FramePipelineContext subscriber(final TrickleSubscriber newSubscriber) {
        subscriber = newSubscriber;
        return this;
    }

    /** Input. */
    public TrickleSubscriber subscriber() {
        return subscriber;
    }

    /**
     * Sets a medium as the input, instead of a subscriber. It is read as fast as the others take it, and may block, so
     * it wants {@link DeliveryPolicy#BATCH} and threads of its own.
     *
     * @param newSource the pipeline owns it from {@link FramePipeline#launch} on, also when that fails.
     * @return this.
     */
    public FramePipelineContext source(final DecodedSource newSource) {
        source = newSource;
        return this;
    }

    /** Medium that is the input, or null. */
    public DecodedSource source() {
        return source;
    }

    /**
     * Sets the output.
     *
     * @param newPublisher the pipeline owns it from {@link FramePipeline#launch} on, also when that fails.
     * @return this.
     */
    public FramePipelineContext publisher(final TricklePublisher newPublisher) {
        publisher = newPublisher;
        return this;
    }

    /** Output. */
    public TricklePublisher publisher() {
        return publisher;
    }

    /**
     * Sets where results go as pictures, instead of a publisher; sound ends here.
     *
     * @param newPictures the pipeline owns it from {@link FramePipeline#launch} on, also when that fails.
     * @return this.
     */
    public FramePipelineContext pictures(final PictureSink newPictures) {
        pictures = newPictures;
        return this;
    }

    /** Where results go as pictures, or null. */
    public PictureSink pictures() {
        return pictures;
    }

    /**
     * Sets the bridge that runs the model; it stays the host's and must outlive the pipeline.
     *
     * @return this.
     */
    public FramePipelineContext bridge(final Bridge newBridge) {
        bridge = newBridge;
        return this;
    }

    /** Bridge. */
    public Bridge bridge() {
        return bridge;
    }

    /**
     * Sets the model that processes the frames.
     *
     * @return this.
     */
    public FramePipelineContext model(final Model newModel) {
        model = newModel;
        return this;
    }

    /** Model. */
    public Model model() {
        return model;
    }

    /**
     * Sets the parameters to begin with; the model's defaults if not set.
     *
     * @return this.
     */
    public FramePipelineContext parameters(final ModelParameters newParameters) {
        parameters = newParameters;
        return this;
    }

    /** Parameters to begin with. */
    public ModelParameters parameters() {
        return parameters;
    }

    /**
     * Sets what happens when frames arrive too fast; default {@link DeliveryPolicy#LIVE}.
     *
     * @return this.
     */
    public FramePipelineContext policy(final DeliveryPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    /** What happens when frames arrive too fast. */
    public DeliveryPolicy policy() {
        return policy;
    }

    /**
     * Sets which threads run the stages; default {@link ThreadingMode#SHARED}.
     *
     * @return this.
     */
    public FramePipelineContext threadingMode(final ThreadingMode newMode) {
        threadingMode = newMode;
        return this;
    }

    /** Which threads run the stages. */
    public ThreadingMode threadingMode() {
        return threadingMode;
    }

    /**
     * Sets the threads that run the stages with {@link ThreadingMode#SHARED}, together with those of other pipelines;
     * they stay the host's and must outlive the pipeline. Default null: one thread for this pipeline alone.
     *
     * @return this.
     */
    public FramePipelineContext mediaThreads(final MediaThreads newMediaThreads) {
        mediaThreads = newMediaThreads;
        return this;
    }

    /** Threads shared with other pipelines, or null. */
    public MediaThreads mediaThreads() {
        return mediaThreads;
    }

    /**
     * Sets the observer; default {@link FramePipelineListener#NONE}.
     *
     * @return this.
     */
    public FramePipelineContext listener(final FramePipelineListener newListener) {
        listener = newListener;
        return this;
    }

    /** Observer. */
    public FramePipelineListener listener() {
        return listener;
    }

    /**
     * Sets the monotonic clock; default the system's. Device times are always the system's.
     *
     * @return this.
     */
    public FramePipelineContext clock(final NanoClock newClock) {
        clock = newClock;
        return this;
    }

    /** Monotonic clock. */
    public NanoClock clock() {
        return clock;
    }

    /**
     * Sets how an idle stage waits; one strategy is taken per thread. Default: back off to {@link #MAX_PARK_NS}.
     *
     * @return this.
     */
    public FramePipelineContext idleStrategy(final Supplier<IdleStrategy> newIdleStrategy) {
        idleStrategy = newIdleStrategy;
        return this;
    }

    /** How an idle stage waits. */
    public Supplier<IdleStrategy> idleStrategy() {
        return idleStrategy;
    }

    /**
     * Sets how many frames may be in the bridge, or done and not yet taken by the encoder, 1..64; default
     * {@value #IN_FLIGHT_WINDOW_DEFAULT}.
     *
     * @return this.
     */
    public FramePipelineContext inFlightWindow(final int newWindow) {
        inFlightWindow = newWindow;
        return this;
    }

    /** Frames in the bridge at a time. */
    public int inFlightWindow() {
        return inFlightWindow;
    }

    /**
     * Sets how old a frame may be when it is submitted, in nanoseconds from the arrival of its first byte, at least 1;
     * default {@link #MAX_AGE_DEFAULT_NS}. With {@link DeliveryPolicy#LIVE} an older one is dropped as
     * {@link DropReason#TOO_OLD} if a fresher one waits, so the freshest is always tried however slow the model is; and
     * where decoding falls behind by that much, it goes on at the newest keyframe that has arrived.
     *
     * @return this.
     */
    public FramePipelineContext maxAgeNs(final long newMaxAgeNs) {
        maxAgeNs = newMaxAgeNs;
        return this;
    }

    /** How old a frame may be when it is submitted, in nanoseconds. */
    public long maxAgeNs() {
        return maxAgeNs;
    }

    /**
     * Sets the capacity of the ring of decoded frames in front of the bridge: a power of two, 2..256; default
     * {@value #RING_CAPACITY_DEFAULT}. It bounds the age of a frame in {@link DeliveryPolicy#LIVE}, and memory.
     *
     * @return this.
     */
    public FramePipelineContext ringCapacity(final int newCapacity) {
        ringCapacity = newCapacity;
        return this;
    }

    /** Capacity of the ring in front of the bridge in frames. */
    public int ringCapacity() {
        return ringCapacity;
    }

    /**
     * Sets the largest access unit in bytes, at least 1024; default {@link TsReader#MAX_UNIT_LENGTH_DEFAULT}.
     *
     * @return this.
     */
    public FramePipelineContext maxUnitLength(final int newLength) {
        maxUnitLength = newLength;
        return this;
    }

    /** Largest access unit in bytes. */
    public int maxUnitLength() {
        return maxUnitLength;
    }

    /**
     * Sets the largest picture that is decoded, in pixels, 256 or more; default {@value #MAX_PIXELS_DEFAULT}. Units of
     * larger ones are dropped as {@link DropReason#UNDECODABLE} before memory is taken for them: a pipeline may hold
     * more than 20 pictures of 1.5 bytes per pixel.
     *
     * @return this.
     */
    public FramePipelineContext maxPixels(final int newMaxPixels) {
        maxPixels = newMaxPixels;
        return this;
    }

    /** Pixels of the largest picture that is decoded. */
    public int maxPixels() {
        return maxPixels;
    }

    /**
     * Sets whether a GPU may, or must, decode; default {@link HardwareUse#AUTO}. The choice is logged once, with the
     * first picture, and shows in {@link PipelineStats#decoder}.
     *
     * @return this.
     */
    public FramePipelineContext hardwareDecoding(final HardwareUse newUse) {
        hardwareDecoding = newUse;
        return this;
    }

    /** Whether a GPU may, or must, decode. */
    public HardwareUse hardwareDecoding() {
        return hardwareDecoding;
    }

    /**
     * Sets the size of the frames that the model gets, and so of the output, for the whole session: frames of another
     * size are scaled to cover it and cut to its middle. 0 and 0, the default: each frame as it comes.
     *
     * @param newWidth  in pixels, even, 2..16384, or 0.
     * @param newHeight in pixels, even, 2..16384, or 0 as well.
     * @return this.
     */
    public FramePipelineContext outputSize(final int newWidth, final int newHeight) {
        outputWidth = newWidth;
        outputHeight = newHeight;
        return this;
    }

    /** Width of the output in pixels; 0 for that of the input. */
    public int outputWidth() {
        return outputWidth;
    }

    /** Height of the output in pixels; 0 for that of the input. */
    public int outputHeight() {
        return outputHeight;
    }

    /**
     * Sets how many frames the model gets at most for a second of presentation time, 1..240; what comes above that is
     * dropped as {@link DropReason#ABOVE_FRAME_RATE}. 0, the default: all.
     *
     * @return this.
     */
    public FramePipelineContext maxFrameRate(final int newMaxFrameRate) {
        maxFrameRate = newMaxFrameRate;
        return this;
    }

    /** Frames per second that the model gets at most; 0 for all. */
    public int maxFrameRate() {
        return maxFrameRate;
    }

    /**
     * Sets FFmpeg's name of the encoder; empty, the default, chooses.
     *
     * @return this.
     */
    public FramePipelineContext encoderName(final String newName) {
        encoderName = newName;
        return this;
    }

    /** FFmpeg's name of the encoder. */
    public String encoderName() {
        return encoderName;
    }

    /**
     * Sets the output's bit rate in bit/s; 0, the default, chooses by size and frame rate.
     *
     * @return this.
     */
    public FramePipelineContext bitRate(final long newBitRate) {
        bitRate = newBitRate;
        return this;
    }

    /** Output's bit rate in bit/s. */
    public long bitRate() {
        return bitRate;
    }

    /**
     * Sets the expected frame rate, a hint for the encoder's rate control; default 30/1.
     *
     * @return this.
     */
    public FramePipelineContext frameRate(final int numerator, final int denominator) {
        frameRateNumerator = numerator;
        frameRateDenominator = denominator;
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
     * Sets the length of output segments in 90 kHz ticks of presentation time; default
     * {@value #KEYFRAME_INTERVAL_TICKS_DEFAULT}.
     *
     * @return this.
     */
    public FramePipelineContext keyframeIntervalTicks(final long newIntervalTicks) {
        keyframeIntervalTicks = newIntervalTicks;
        return this;
    }

    /** Length of output segments in 90 kHz ticks. */
    public long keyframeIntervalTicks() {
        return keyframeIntervalTicks;
    }

    /**
     * Sets how the audio of the subscription is processed; null, the default, leaves it as it is. A {@link #source} has
     * been told by itself.
     *
     * @return this.
     */
    public FramePipelineContext audio(final AudioProcessing newAudio) {
        audio = newAudio;
        return this;
    }

    /** How audio is processed, or null. */
    public AudioProcessing audio() {
        return audio;
    }

    /**
     * Checks all options and fills in defaults.
     *
     * @return this.
     * @throws IllegalStateException    if called twice.
     * @throws IllegalArgumentException naming the option, what was expected and what was found.
     */
    public FramePipelineContext conclude() {
        if (concluded) {
            throw new IllegalStateException("FramePipelineContext: already concluded");
        }
        concluded = true;
        requirePresent();
        require(inFlightWindow >= 1 && inFlightWindow <= 64, "inFlightWindow", "1..64", inFlightWindow);
        require(ringCapacity >= 2 && ringCapacity <= MAX_RING_CAPACITY && Integer.bitCount(ringCapacity) == 1,
            "ringCapacity", "a power of two in 2..256", ringCapacity);
        require(mediaThreads == null || threadingMode == ThreadingMode.SHARED,
            "threadingMode", "SHARED with mediaThreads", threadingMode);
        require(source == null || policy == DeliveryPolicy.BATCH, "policy", "BATCH with a source", policy);
        require(source == null || audio == null, "audio", "none with a source", audio);
        require(maxAgeNs >= 1, "maxAgeNs", "1 or more", maxAgeNs);
        require(maxUnitLength >= 1024, "maxUnitLength", "1024 or more", maxUnitLength);
        require(maxPixels >= 256, "maxPixels", "256 or more", maxPixels);
        require(outputWidth == 0 && outputHeight == 0 || OutputSize.fits(outputWidth, outputHeight),
            "outputSize", "two even numbers in 2..16384, or 0 and 0", outputWidth + " and " + outputHeight);
        require(maxFrameRate >= 0 && maxFrameRate <= MAX_FRAME_RATE, "maxFrameRate", "0..240", maxFrameRate);
        require(bitRate >= 0, "bitRate", "0 or more", bitRate);
        require(frameRateNumerator >= 1 && frameRateDenominator >= 1,
            "frameRate", "1/1 or more", frameRateNumerator + "/" + frameRateDenominator);
        require(keyframeIntervalTicks >= 1, "keyframeIntervalTicks", "1 or more", keyframeIntervalTicks);
        if (parameters == null) {
            parameters = model.defaults();
        }
        require(parameters.model() == model, "parameters", "those of model " + model.name(),
            "of model " + parameters.model().name());
        return this;
    }

    FramePipelineContext inference(final InferencePort.Opener newInference) {
        inference = newInference;
        return this;
    }

    InferencePort.Opener inference() {
        return inference;
    }

    FramePipelineContext encoders(final Function<EncoderContext, VideoEncoder> newEncoders) {
        encoders = newEncoders;
        return this;
    }

    Function<EncoderContext, VideoEncoder> encoders() {
        return encoders;
    }

    FramePipelineContext closeTimeoutNs(final long newCloseTimeoutNs) {
        closeTimeoutNs = newCloseTimeoutNs;
        return this;
    }

    long closeTimeoutNs() {
        return closeTimeoutNs;
    }

    private void requirePresent() {
        require((subscriber == null) != (source == null), "input", "a subscriber or a source",
            subscriber == null ? "none" : "both");
        require((publisher == null) != (pictures == null), "output", "a publisher or a sink of pictures",
            publisher == null ? "none" : "both");
        require(bridge != null, "bridge", "one", null);
        require(model != null, "model", "one", null);
        require(policy != null, "policy", "one", null);
        require(threadingMode != null, "threadingMode", "one", null);
        require(listener != null, "listener", "one", null);
        require(clock != null, "clock", "one", null);
        require(hardwareDecoding != null, "hardwareDecoding", "one", null);
        require(idleStrategy != null, "idleStrategy", "one", null);
        require(encoderName != null, "encoderName", "a name or the empty string", null);
    }

    private static void require(
        final boolean condition, final String option, final String expected, final Object actual) {
        if (!condition) {
            throw new IllegalArgumentException(option + ": expected " + expected + ", actual " + actual);
        }
    }
}
