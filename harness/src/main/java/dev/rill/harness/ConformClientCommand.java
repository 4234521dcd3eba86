package dev.rill.harness;

import dev.rill.conform.client.ClientDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rill conform-client}: Rill's publisher and subscriber for {@code rill conform --client}. */
@Command(
    name = "conform-client", hidden = true, mixinStandardHelpOptions = true,
    description = "Lets `rill conform --client` drive Rill's publisher and subscriber by lines on stdin and stdout.")
final class ConformClientCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        new ClientDriver(new ConformClientTarget(), in, spec.commandLine().getOut()).run();
        return ExitCode.DONE;
    }
}
