package dev.rill.harness;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rill bench}: measures a part of this installation on this machine. */
@Command(
    name = "bench", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "WHAT",
    description = "Measures a part of this installation on this machine.", subcommands = BridgeBenchCommand.class)
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "bench: expected what to measure: bridge");
    }
}
