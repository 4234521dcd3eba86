package dev.rill.gpu;

/**
 * One parameter of a model; any number from {@code minimum} to {@code maximum}, both included.
 *
 * @param name         as it appears in control messages.
 * @param minimum      smallest legal value.
 * @param maximum      largest legal value.
 * @param defaultValue value when nobody sets it.
 * @param description  one line for people.
 */
public record ParameterSpec(String name, double minimum, double maximum, double defaultValue, String description) {

    void check(final String model, final double value) {
        // A comparison with NaN is false, so that NaN is refused here as well.
        if (!(value >= minimum && value <= maximum)) {
            throw new IllegalArgumentException("model '" + model + "' parameter '" + name + "': value " + value
                + ", expected a number from " + minimum + " to " + maximum);
        }
    }
}
