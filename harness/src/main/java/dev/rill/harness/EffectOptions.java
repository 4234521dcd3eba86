package dev.rill.harness;

import dev.rill.gpu.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done to each frame, and on which device. */
final class EffectOptions {
    private static final Pattern DEVICES = Pattern.compile("auto|cpu|java|(cuda|simulator)(:\\d{1,3})?");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--effect", paramLabel = "NAME", defaultValue = "tint",
        description = "What is done to each frame: identity, blend, blur, invert, tint or edge. "
            + "Default: ${DEFAULT-VALUE}.")
    private String effect;

    @Option(
        names = "--param", paramLabel = "NAME=VALUE",
        description = "Parameter of the effect; may be repeated. tint: u, v, strength; edge: gain; blur: radius; "
            + "blend: share.")
    private final Map<String, Double> parameters = new LinkedHashMap<>();

    @Option(
        names = "--device", paramLabel = "NAME", defaultValue = "auto",
        description = "Device that runs the effect: auto, or one that rill devices lists. Default: ${DEFAULT-VALUE}.")
    private String device;

    void check() {
        Usage.require(spec, DEVICES.matcher(device).matches(), "--device", device,
            "auto, cpu, java, cuda or cuda:1 ..., see rill devices");
        String option = "--effect";
        try {
            final Model model = Model.builtIn(effect);
            option = "--param";
            model.parameters(parameters);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }

    String effect() {
        return effect;
    }

    String device() {
        return device;
    }

    /** As typed. */
    Map<String, Double> values() {
        return parameters;
    }

    Model model() {
        return Model.builtIn(effect);
    }

    /** For people: the effect and all its values. */
    String description() {
        final StringBuilder text = new StringBuilder(effect);
        model().parameters(parameters).values()
            .forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }
}
