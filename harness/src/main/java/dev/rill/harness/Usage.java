package dev.rill.harness;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Wrong usage: one line that names the option, its value and what was expected, and one that says where help is. */
final class Usage {
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
