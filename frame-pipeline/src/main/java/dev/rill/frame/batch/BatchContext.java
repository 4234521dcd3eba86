package dev.rill.frame.batch;

import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.sink.PictureFile;
import dev.rill.frame.source.DecodedSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Options of a {@link BatchRunner}; concluded once by {@link BatchRunner#launch}. Bridge, model, one input and one
 * output are required.
 */
public final class BatchContext {
    /** Longest body that is taken if not set: 1 GiB. */
    public static final long MAX_BODY_BYTES_DEFAULT = 1L << 30;

    private static final Pattern EXTENSION = Pattern.compile("[A-Za-z0-9]{1,8}");

    private String input;
    private InputStream inputBody;
    private long maxBodyBytes = MAX_BODY_BYTES_DEFAULT;
    private Path output;
    private OutputStream outputBody;
    private String outputExtension = "";
    private Bridge bridge;
    private Model model;
    private ModelParameters parameters;
    private AudioProcessing audio;
    private long maxPixels = DecodedSource.MAX_PIXELS_DEFAULT;
    private int quality = PictureFile.QUALITY_DEFAULT;
    private String encoderName = "";
    private long bitRate;
    private FramePipelineListener listener = FramePipelineListener.NONE;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private boolean concluded;

    /**
     * Sets the input.
     *
     * @param newInput path of a file, or a URL of a scheme that FFmpeg knows.
     * @return this.
     */
    public BatchContext input(final String newInput) {
        input = newInput;
        return this;
    }

    /** File or URL, or null. */
    public String input() {
        return input;
    }

    /**
     * Sets a body as the input, instead of a file: it is read to its end by {@link BatchRunner#launch}, into a file of
     * its own that is gone when the batch is over, because many containers cannot be read without going back.
     *
     * @param newBody  stays the caller's.
     * @param maxBytes longest body that is taken, 1 or more; {@link #MAX_BODY_BYTES_DEFAULT} is a fair choice.
     * @return this.
     */
    public BatchContext input(final InputStream newBody, final long maxBytes) {
        inputBody = newBody;
        maxBodyBytes = maxBytes;
        return this;
    }

    /** Body, or null. */
    public InputStream inputBody() {
        return inputBody;
    }

    /** Longest body that is taken, in bytes. */
    public long maxBodyBytes() {
        return maxBodyBytes;
    }

    /**
     * Sets the output. The file appears, or replaces the former one, when all of it is there.
     *
     * @param newOutput its extension chooses: {@code .ts}, {@code .mp4}, {@code .mov}, {@code .mkv}, or
     *                  {@code .jpg}, {@code .png}, {@code .webp} for one still picture.
     * @return this.
     */
    public BatchContext output(final Path newOutput) {
        output = newOutput;
        return this;
    }

    /** File, or null. */
    public Path output() {
        return output;
    }

    /**
     * Sets a body as the output, instead of a file: it gets its first byte when all is there.
     *
     * @param newBody   stays the caller's.
     * @param extension as that of a file, without the dot.
     * @return this.
     */
    public BatchContext output(final OutputStream newBody, final String extension) {
        outputBody = newBody;
        outputExtension = extension;
        return this;
    }

    /** Body, or null. */
    public OutputStream outputBody() {
        return outputBody;
    }

    /** Container of the body that is the output. */
    public String outputExtension() {
        return outputExtension;
    }

    /**
     * Sets the bridge that runs the model; it stays the host's and must outlive the batch.
     *
     * @return this.
     */
    public BatchContext bridge(final Bridge newBridge) {
        bridge = newBridge;
        return this;
    }

    /** Bridge. */
    public Bridge bridge() {
        return bridge;
    }

    /**
     * Sets the model that processes the pictures.
     *
     * @return this.
     */
    public BatchContext model(final Model newModel) {
        model = newModel;
        return this;
    }

    /** Model. */
    public Model model() {
        return model;
    }

    /**
     * Sets the parameters; the model's defaults if not set.
     *
     * @return this.
     */
    public BatchContext parameters(final ModelParameters newParameters) {
        parameters = newParameters;
        return this;
    }

    /** Parameters, or null for the defaults. */
    public ModelParameters parameters() {
        return parameters;
    }

    /**
     * Sets how audio is processed; null, the default, leaves it as it is where the container can hold it. A handler
     * that fails makes the batch fail.
     *
     * @return this.
     */
    public BatchContext audio(final AudioProcessing newAudio) {
        audio = newAudio;
        return this;
    }

    /** How audio is processed, or null. */
    public AudioProcessing audio() {
        return audio;
    }

    /**
     * Sets the largest picture that is taken, in pixels, 1 or more; default {@link DecodedSource#MAX_PIXELS_DEFAULT}. A
     * picture takes 1.5 bytes per pixel, a film up to 512 MB and what its codec keeps for itself; a result of the model
     * as much again.
     *
     * @return this.
     */
    public BatchContext maxPixels(final long newMaxPixels) {
        maxPixels = newMaxPixels;
        return this;
    }

    /** Pixels of the largest picture that is taken. */
    public long maxPixels() {
        return maxPixels;
    }

    /**
     * Sets the quality of JPEG and WebP, 1..100; default {@value PictureFile#QUALITY_DEFAULT}.
     *
     * @return this.
     */
    public BatchContext quality(final int newQuality) {
        quality = newQuality;
        return this;
    }

    /** Quality of JPEG and WebP. */
    public int quality() {
        return quality;
    }

    /**
     * Sets FFmpeg's name of the video encoder; empty, the default, chooses.
     *
     * @return this.
     */
    public BatchContext encoderName(final String newName) {
        encoderName = newName;
        return this;
    }

    /** FFmpeg's name of the video encoder. */
    public String encoderName() {
        return encoderName;
    }

    /**
     * Sets the bit rate of video in bit/s; 0, the default, chooses by size and frame rate.
     *
     * @return this.
     */
    public BatchContext bitRate(final long newBitRate) {
        bitRate = newBitRate;
        return this;
    }

    /** Bit rate of video in bit/s. */
    public long bitRate() {
        return bitRate;
    }

    /**
     * Sets the observer of the pipeline; default {@link FramePipelineListener#NONE}.
     *
     * @return this.
     */
    public BatchContext listener(final FramePipelineListener newListener) {
        listener = newListener;
        return this;
    }

    /** Observer. */
    public FramePipelineListener listener() {
        return listener;
    }

    /**
     * Sets the monotonic clock; default the system's.
     *
     * @return this.
     */
    public BatchContext clock(final NanoClock newClock) {
        clock = newClock;
        return this;
    }

    /** Monotonic clock. */
    public NanoClock clock() {
        return clock;
    }

    /**
     * Checks all options.
     *
     * @return this.
     * @throws IllegalStateException    if called twice.
     * @throws IllegalArgumentException naming the option, what was expected and what was found.
     */
    public BatchContext conclude() {
        if (concluded) {
            throw new IllegalStateException("BatchContext: already concluded");
        }
        concluded = true;
        require((input == null) != (inputBody == null), "input", "a file, a URL or a body",
            input == null ? "none" : "two");
        require((output == null) != (outputBody == null), "output", "a file or a body",
            output == null ? "none" : "two");
        require(outputBody == null || EXTENSION.matcher(outputExtension).matches(), "output", "the extension of a file",
            outputExtension);
        require(maxBodyBytes >= 1, "maxBodyBytes", "1 or more", maxBodyBytes);
        require(maxPixels >= 1, "maxPixels", "1 or more", maxPixels);
        require(quality >= 1 && quality <= 100, "quality", "1..100", quality);
        require(bitRate >= 0, "bitRate", "0 or more", bitRate);
        require(bridge != null, "bridge", "one", null);
        require(model != null, "model", "one", null);
        require(listener != null, "listener", "one", null);
        require(clock != null, "clock", "one", null);
        return this;
    }

    private static void require(
        final boolean condition, final String option, final String expected, final Object actual) {
        if (!condition) {
            throw new IllegalArgumentException(option + ": expected " + expected + ", actual " + actual);
        }
    }
}
