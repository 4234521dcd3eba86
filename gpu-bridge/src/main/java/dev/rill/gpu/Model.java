package dev.rill.gpu;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a session computes: a name and its parameters. Immutable.
 * <p>
 * A model is built in, which every device runs itself, or brings a {@link ModelBackend} that runs it.
 * <p>
 * The built-in models work on 8-bit limited-range YUV 4:2:0 and are defined in integers, so that every device gives the
 * same bytes; {@code round(x)} is {@code floor(x + 0.5)} and {@code >>} is arithmetic:
 * <ul>
 * <li>{@code blend}: C' = C + (((P - C) * s + 128) >> 8) for every sample, with P the sample of the result before in
 * this session, C itself in the first one, and s = round(share * 256); frames of a session run in order;</li>
 * <li>{@code blur}: the mean of the window of 2r + 1 by 2r + 1 samples around each, with replicated borders,
 * C' = (sum + n / 2) / n in integers for n = (2r + 1)², r = round(radius) in luma and (r + 1) / 2 in chroma;</li>
 * <li>{@code identity}: copies all samples;</li>
 * <li>{@code invert}: Y' = clamp(251 - Y, 0, 255), C' = min(255, 256 - C);</li>
 * <li>{@code tint}: Y' = Y, C' = C + (((t - C) * s + 128) >> 8) with t = round(u) or round(v) and
 * s = round(strength * 256);</li>
 * <li>{@code edge}: Sobel on luma with replicated borders, Y' = 16 + min(219, ((|gx| + |gy|) * g) >> 10) with
 * g = round(gain * 256), C' = 128.</li>
 * </ul>
 */
public final class Model {
    static final Model BLEND = new Model("blend", "with the picture before, which leaves trails", List.of(
        new ParameterSpec("share", 0, 1, 0.7, "of the picture before; 1 stands still")));
    static final Model BLUR = new Model("blur", "soft, by the mean of a square", List.of(
        new ParameterSpec("radius", 0, 32, 4, "samples of luma to each side")));
    static final Model EDGE = new Model("edge", "edges of the luma plane on black", List.of(
        new ParameterSpec("gain", 0, 16, 2, "brightness of the edges")));
    static final Model IDENTITY = new Model("identity", "the frame as it is", List.of());
    static final Model INVERT = new Model("invert", "the negative of the frame", List.of());
    static final Model TINT = new Model("tint", "moves all colours towards one", List.of(
        new ParameterSpec("u", 0, 255, 90, "U of the colour"),
        new ParameterSpec("v", 0, 255, 200, "V of the colour"),
        new ParameterSpec("strength", 0, 1, 0.6, "0 leaves colours alone, 1 replaces them")));

    private static final List<Model> BUILT_INS = List.of(BLEND, BLUR, EDGE, IDENTITY, INVERT, TINT);

    private final String name;
    private final String description;
    private final List<ParameterSpec> parameters;
    private final ModelBackend backend;

    private Model(final String name, final String description, final List<ParameterSpec> parameters) {
        this(name, description, parameters, ModelBackend.OF_DEVICE);
    }

    Model(
        final String name, final String description, final List<ParameterSpec> parameters,
        final ModelBackend backend) {
        this.name = name;
        this.description = description;
        this.parameters = List.copyOf(parameters);
        this.backend = backend;
    }

    /** The models that every device runs, sorted by name. */
    public static List<Model> builtIns() {
        return BUILT_INS;
    }

    /**
     * Finds a built-in model.
     *
     * @param name of the model.
     * @return the model.
     * @throws IllegalArgumentException if there is none; the text lists those that exist.
     */
    public static Model builtIn(final String name) {
        for (final Model model : BUILT_INS) {
            if (model.name.equals(name)) {
                return model;
            }
        }
        throw new IllegalArgumentException("unknown model '" + name + "': known are "
            + BUILT_INS.stream().map(Model::name).collect(Collectors.joining(", ")));
    }

    /**
     * A model in a Python file, which runs in a process of its own for each session; see {@link WorkerContext}.
     * Reads the file, without running it, to know the model's parameters.
     *
     * @param context names the file; concluded by this call.
     * @return the model, called like the file.
     * @throws IllegalArgumentException if an option is out of range, or the file holds no model; the text says why.
     */
    public static Model worker(final WorkerContext context) {
        return WorkerModel.of(context.conclude());
    }

    /**
     * A model in an ONNX file, which ONNX Runtime runs on threads of the bridge, in memory that is bound once. Reads
     * the file to know what the model takes: one picture (1 x 3 x height x width, or 1 x height x width x 3; floats,
     * half floats or bytes) and single floats, which become its parameters.
     *
     * @param context names the file; concluded by this call.
     * @return the model, called like the file.
     * @throws IllegalArgumentException if an option is out of range, ONNX Runtime is missing, or the file holds no such
     *     model; the text says why.
     */
    public static Model onnx(final OnnxContext context) {
        context.conclude();
        try {
            return OnnxModel.of(context);
        } catch (final NoClassDefFoundError ex) {
            throw new IllegalArgumentException("model file '" + context.file()
                + "': ONNX Runtime (com.microsoft.onnxruntime) is not on the class path");
        }
    }

    /**
     * A model in a shared library that exports the table of {@code rill_plugin.h}, for the native devices. It runs
     * inside of this process, on frames or on tensors that the device makes of them, with pointers to host memory on
     * the device {@code cpu} and to device memory on CUDA. Loads the library for a moment to know its parameters.
     *
     * @param file of the library.
     * @return the model, called as it calls itself.
     * @throws IllegalArgumentException if the native library is missing or the file is no such plug-in; the text says
     *     why.
     */
    public static Model plugin(final Path file) {
        return PluginModel.of(file);
    }

    /** Name of the model. */
    public String name() {
        return name;
    }

    /** What it does, in one line. */
    public String description() {
        return description;
    }

    /** Its parameters, in the order in which devices take them. */
    public List<ParameterSpec> parameters() {
        return parameters;
    }

    /** Every parameter at its default, version 0. */
    public ModelParameters defaults() {
        return new ModelParameters(this, 0, defaultValues());
    }

    /**
     * The defaults with some values replaced, version 0.
     *
     * @param changes parameter names and values.
     * @return checked values.
     * @throws IllegalArgumentException if a name is unknown or a value is missing, not a number or out of range.
     */
    public ModelParameters parameters(final Map<String, Double> changes) {
        return new ModelParameters(this, 0, merge(defaultValues(), changes));
    }

    /** Whether results equal their inputs, so that an input slot may be handed on as its own result. */
    public boolean passesThrough() {
        return this == IDENTITY;
    }

    /** Whether each frame builds on the one before it, so that those of a session run one after the other. */
    public boolean hasState() {
        return this == BLEND;
    }

    @Override
    public String toString() {
        return name;
    }

    ModelBackend backend() {
        return backend;
    }

    int indexOf(final String parameter) {
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).name().equals(parameter)) {
                return i;
            }
        }
        throw new IllegalArgumentException("model '" + name + "': unknown parameter '" + parameter + "': known are "
            + (parameters.isEmpty() ? "none" : parameterNames()));
    }

    double[] merge(final double[] values, final Map<String, Double> changes) {
        final double[] merged = Arrays.copyOf(values, values.length);
        changes.forEach((parameter, value) -> {
            final int index = indexOf(parameter);
            final ParameterSpec spec = parameters.get(index);
            spec.check(name, value == null ? Double.NaN : value);
            merged[index] = value;
        });
        return merged;
    }

    private double[] defaultValues() {
        return parameters.stream().mapToDouble(ParameterSpec::defaultValue).toArray();
    }

    private String parameterNames() {
        return parameters.stream().map(ParameterSpec::name).collect(Collectors.joining(", "));
    }
}
