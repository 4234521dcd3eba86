package dev.rill.harness;

import dev.rill.gpu.Model;
import dev.rill.jobs.OrchestratorContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done to each frame, and on which device. */
final class EffectOptions {
    private static final Pattern DEVICES = Pattern.compile("auto|cpu|java|(cuda|simulator)(:\\d{1,3})?");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @ArgGroup
    private final Choice choice = new Choice();

    @Option(
        names = "--param", paramLabel = "NAME=VALUE",
        description = "Parameter of the effect; may be repeated. tint: u, v, strength; edge: gain; blur: radius; "
            + "blend: share.")
    private final Map<String, Double> parameters = new LinkedHashMap<>();

    @Option(
        names = "--device", paramLabel = "NAME", defaultValue = "auto",
        description = "Device that runs the effect: auto, or one that rill devices lists. Default: ${DEFAULT-VALUE}.")
    private String device;

    @Option(
        names = "--python", paramLabel = "COMMAND",
        description = "Interpreter of --model worker: files, with NumPy. Default: python3.")
    private String python;

    private Model model;

    void check() {
        Usage.require(spec, DEVICES.matcher(device).matches(), "--device", device,
            "auto, cpu, java, cuda or cuda:1 ..., see rill devices");
        String option = choice.model == null ? "--effect" : "--model";
        try {
            model = choice.open(python);
            option = "--param";
            model.parameters(parameters);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage());
        }
    }

    String device() {
        return device;
    }

    /** As typed. */
    Map<String, Double> values() {
        return parameters;
    }

    /** What is run; known once checked. */
    Model model() {
        return model;
    }

    /** Makes sure that sessions can name the model. */
    OrchestratorContext offer(final OrchestratorContext context) {
        return context.models().contains(model) ? context : context.addModel(model);
    }

    /** For people: the effect and all its values. */
    String description() {
        final StringBuilder text = new StringBuilder(model.name());
        model.parameters(parameters).values()
            .forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    /** One of two. */
    private static final class Choice {
        @Option(
            names = "--effect", paramLabel = "NAME",
            description = "What is done to each frame: identity, blend, blur, invert, tint or edge. Default: tint.")
        private String effect;

        @Option(
            names = "--model", paramLabel = "KIND:WHAT",
            description = "What is done to each frame, by a model of any kind: " + ModelText.KINDS + ".")
        private String model;

        private Model open(final String python) {
            return model != null ? ModelText.open(model, python) : Model.builtIn(effect == null ? "tint" : effect);
        }
    }
}
