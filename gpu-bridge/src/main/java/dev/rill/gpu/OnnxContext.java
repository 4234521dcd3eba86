package dev.rill.gpu;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Options of a model in an ONNX file: fluent setters, getters of the same name. {@link Model#onnx} concludes the
 * context; a concluded context refuses changes. Not thread-safe.
 */
public final class OnnxContext {
    /** Runs models on the processor. */
    public static final String PROVIDER_CPU = "cpu";
    /** Runs models on an NVIDIA GPU, with a build of ONNX Runtime that an operator brings. */
    public static final String PROVIDER_CUDA = "cuda";
    /** Property of {@link #provider()}. */
    public static final String PROVIDER_PROPERTY = "rill.onnx.provider";

    private Path file;
    private String provider = System.getProperty(PROVIDER_PROPERTY, PROVIDER_CPU);
    private TensorFormat.Fit fit = TensorFormat.Fit.STRETCH;
    private TensorFormat.Filter filter = TensorFormat.Filter.AREA;
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean isConcluded;

    /**
     * The file with the model.
     *
     * @param newFile in the ONNX format.
     * @return this.
     */
    public OnnxContext file(final Path newFile) {
        checkOpen();
        file = newFile;
        return this;
    }

    /** The file with the model. */
    public Path file() {
        return file;
    }

    /**
     * What runs it: {@value #PROVIDER_CPU} (default) or {@value #PROVIDER_CUDA}.
     *
     * @param name of the execution provider.
     * @return this.
     */
    public OnnxContext provider(final String name) {
        checkOpen();
        provider = name;
        return this;
    }

    /** What runs it. */
    public String provider() {
        return provider;
    }

    /**
     * How frames of other proportions lie in its tensors; default all of the frame, stretched.
     *
     * @param newFit way.
     * @return this.
     */
    public OnnxContext fit(final TensorFormat.Fit newFit) {
        checkOpen();
        fit = newFit;
        return this;
    }

    /** How frames of other proportions lie in its tensors. */
    public TensorFormat.Fit fit() {
        return fit;
    }

    /**
     * How frames are resized; default by area.
     *
     * @param newFilter way.
     * @return this.
     */
    public OnnxContext filter(final TensorFormat.Filter newFilter) {
        checkOpen();
        filter = newFilter;
        return this;
    }

    /** How frames are resized. */
    public TensorFormat.Filter filter() {
        return filter;
    }

    /**
     * Threads that ONNX Runtime uses for one frame; default the number of processors.
     *
     * @param count 1 to {@value BridgeContext#MAX_THREADS}.
     * @return this.
     */
    public OnnxContext threads(final int count) {
        checkOpen();
        threads = count;
        return this;
    }

    /** Threads that ONNX Runtime uses for one frame. */
    public int threads() {
        return threads;
    }

    OnnxContext conclude() {
        checkOpen();
        if (file == null || !Files.isRegularFile(file)) {
            throw new IllegalArgumentException("onnx: file '" + file + "', expected a file that exists");
        }
        if (!PROVIDER_CPU.equals(provider) && !PROVIDER_CUDA.equals(provider)) {
            throw new IllegalArgumentException("onnx: provider '" + provider + "', expected cpu or cuda");
        }
        if (fit == null || filter == null) {
            throw new IllegalArgumentException("onnx: fit=" + fit + " filter=" + filter + ", expected both");
        }
        if (threads < 1 || threads > BridgeContext.MAX_THREADS) {
            throw new IllegalArgumentException(
                "onnx: threads=" + threads + ", expected 1 to " + BridgeContext.MAX_THREADS);
        }
        isConcluded = true;
        return this;
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("onnx context is concluded: make a new one for another model");
        }
    }
}
