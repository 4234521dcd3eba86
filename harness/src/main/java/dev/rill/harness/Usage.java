package dev.rill.harness;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Wrong usage: one line that names the option, its value and what was expected, and one that says where help is. */
final class Usage {
    private static final Pattern OF_CONTEXT = Pattern.compile("\\b([a-z][A-Za-z0-9]*?)(?:Ns)?=([^ :]+)");

    private Usage() {
    }

    /**
     * Refuses the value of an option unless a condition holds.
     *
     * @param spec      the command.
     * @param condition what must hold.
     * @param option    as typed, for instance {@code --fps}.
     * @param value     as typed.
     * @param expected  for people.
     */
    static void require(
        final CommandSpec spec, final boolean condition, final String option, final Object value,
        final String expected) {
        if (!condition) {
            throw new ParameterException(
                spec.commandLine(), "%s %s: expected %s".formatted(option, value, expected));
        }
    }

    /**
     * Turns the refusal of an option by a context, {@code maxChannels=0: expected 1..16777216}, into wrong usage that
     * names the option as typed: options are called as those of the context, {@code --max-channels}.
     */
    static ParameterException refused(final CommandSpec spec, final IllegalArgumentException refusal) {
        final Matcher name = OF_CONTEXT.matcher(Failures.describe(refusal));
        final String message = name.replaceAll(match -> Matcher.quoteReplacement(
            "--" + match.group(1).replaceAll("([A-Z]+)", "-$1").toLowerCase(Locale.ROOT) + ' ' + match.group(2)));
        return new ParameterException(spec.commandLine(), message, refusal);
    }

    /** Tells the user; returns the exit code. */
    static int report(final ParameterException failure) {
        final CommandLine command = failure.getCommandLine();
        command.getErr().println("rill: " + oneLine(failure.getMessage()));
        command.getErr().println("try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static String oneLine(final String message) {
        return message.strip().replaceFirst("^Error: ", "").replaceAll("\\s*\\R\\s*", " ");
    }
}
