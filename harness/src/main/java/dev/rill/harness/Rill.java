package dev.rill.harness;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the {@code rill} command line; see {@link ExitCode} for what it answers to the shell. */
@Command(
    name = "rill",
    description = "A low-latency trickle streaming engine.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:failed; one line on stderr says why", "2:wrong usage", "130:interrupted"},
    subcommands = {
        DemoCommand.class, ServeCommand.class, PublishCommand.class, SubscribeCommand.class, ChannelsCommand.class,
        RelayCommand.class, BatchCommand.class, TranscodeCommand.class, DevicesCommand.class, BenchCommand.class,
        ExampleModelCommand.class, ConformCommand.class, ConformClientCommand.class})
public final class Rill implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
        names = "--stacktrace", description = "Show the stack trace of a failure.",
        scope = CommandLine.ScopeType.INHERIT)
    private boolean stackTrace;

    /**
     * Runs one command and exits.
     *
     * @param arguments as typed.
     */
    public static void main(final String... arguments) {
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    /**
     * Runs one command in this process.
     *
     * @param out       what the command prints.
     * @param err       progress and failures.
     * @param arguments as typed.
     * @return the exit code, see {@link ExitCode}.
     */
    public static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
        final Rill rill = new Rill();
        return new CommandLine(rill)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((failure, typed) -> Usage.report(failure))
            .setExecutionExceptionHandler((failure, command, parsed) -> rill.report(failure, command))
            .execute(arguments);
    }

    @Override
    public Integer call() {
        throw new ParameterException(
            spec.commandLine(), "expected a command: demo, serve, publish, subscribe, channels, relay, batch, "
                + "transcode or conform");
    }

    private int report(final Exception failure, final CommandLine command) {
        command.getErr().println("rill: " + Failures.describe(failure));
        if (stackTrace) {
            failure.printStackTrace(command.getErr());
        }
        return ExitCode.FAILED;
    }
}
