package dev.rill.gpu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checked values for every parameter of one model. Immutable. */
public final class ModelParameters {
    private final Model model;
    private final long version;
    private final double[] values;

    ModelParameters(final Model model, final long version, final double[] values) {
        this.model = model;
        this.version = version;
        this.values = values;
    }

    /** The model to which the values belong. */
    public Model model() {
        return model;
    }

    /** 0 for values made from a model, one more with every {@link #with}; completions carry it. */
    public long version() {
        return version;
    }

    /**
     * Value of one parameter.
     *
     * @param name of the parameter.
     * @return its value.
     * @throws IllegalArgumentException if the model has no such parameter.
     */
    public double value(final String name) {
        return values[model.indexOf(name)];
    }

    /**
     * The same values with some replaced.
     *
     * @param changes parameter names and new values; parameters not named keep theirs.
     * @return values with the next version.
     * @throws IllegalArgumentException if a name is unknown or a value is missing, not a number or out of range.
     */
    public ModelParameters with(final Map<String, Double> changes) {
        return new ModelParameters(model, version + 1, model.merge(values, changes));
    }

    /** Names and values of all parameters, in the order of {@link Model#parameters}; a copy. */
    public Map<String, Double> values() {
        final Map<String, Double> result = new LinkedHashMap<>();
        final List<ParameterSpec> specs = model.parameters();
        for (int i = 0; i < values.length; i++) {
            result.put(specs.get(i).name(), values[i]);
        }
        return result;
    }

    @Override
    public String toString() {
        return model.name() + values() + " version=" + version;
    }

    int count() {
        return values.length;
    }

    double valueAt(final int index) {
        return values[index];
    }
}
