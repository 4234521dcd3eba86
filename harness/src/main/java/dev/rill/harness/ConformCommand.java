package dev.rill.harness;

import dev.rill.conform.Report;
import dev.rill.conform.Scenario;
import dev.rill.conform.ScenarioClass;
import dev.rill.conform.Vectors;
import dev.rill.conform.client.ClientSuite;
import dev.rill.conform.client.LaunchedClientTarget;
import dev.rill.conform.server.LaunchedTarget;
import dev.rill.conform.server.ServerSuite;
import dev.rill.conform.server.ServerTarget;
import dev.rill.conform.server.UrlTarget;
import dev.rill.conform.wire.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill conform}: judges a trickle server or client by the scenarios of the conformance kit. */
@Command(
    name = "conform", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Judges a trickle server or client, in any language, by executable scenarios over raw sockets. "
        + "conformance/README.md has the protocols of --launch and --client.",
    footer = {
        "", "Examples:",
        "  rill conform http://127.0.0.1:2939/",
        "  rill conform --launch \"./rill serve --conform-driver\"",
        "  rill conform --client \"./rill conform-client\""})
final class ConformCommand implements Callable<Integer> {
    private static final int MAX_PARALLEL = 64;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Subject subject;

    @Option(
        names = "--profile", paramLabel = "NAME", defaultValue = "auto",
        description = "Profile that the server at URL was configured with. Default: ${DEFAULT-VALUE}.")
    private String profile;

    @Option(
        names = "--class", paramLabel = "CLASS", defaultValue = "all",
        description = "Which scenarios of servers: core, improved or all. Default: ${DEFAULT-VALUE}.")
    private String type;

    @Option(
        names = "--scenario", paramLabel = "ID",
        description = "Only this scenario, for instance V-027; may be given more than once.")
    private List<String> ids = List.of();

    @Option(
        names = "--parallel", paramLabel = "COUNT", defaultValue = "4",
        description = "Scenarios to play at a time on one server. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results there as JSON.")
    private Path json;

    @Override
    public Integer call() throws InterruptedException, IOException {
        final Vectors vectors = Vectors.load();
        check(vectors);
        final ConformOutput output = new ConformOutput(spec.commandLine().getOut());
        final Report report = subject.client != null ? judgeClient(vectors, output) : judgeServer(vectors, output);
        output.show(report);
        if (json != null) {
            try (OutputStream out = OutputFile.open(json)) {
                out.write((report.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return report.isPassed() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Report judgeClient(final Vectors vectors, final ConformOutput output) {
        return new ClientSuite().run(
            new LaunchedClientTarget(subject.client, notes()), chosen(vectors.clientScenarios()), output::show);
    }

    private Report judgeServer(final Vectors vectors, final ConformOutput output)
        throws InterruptedException, IOException {
        try (ServerTarget target = subject.launch != null
            ? new LaunchedTarget(subject.launch, notes()) : new UrlTarget(endpoint(), profile)) {
            return new ServerSuite(vectors).run(target, chosen(vectors.serverScenarios()), parallel, output::show);
        }
    }

    private List<Scenario> chosen(final List<Scenario> scenarios) {
        return scenarios.stream()
            .filter(each -> ids.isEmpty() || ids.contains(each.id()))
            .filter(each -> each.type() == ScenarioClass.CLIENT || type.equals("all")
                || type.equals(each.type().label()))
            .toList();
    }

    private void check(final Vectors vectors) {
        Usage.require(spec, type.matches("core|improved|all"), "--class", type, "core, improved or all");
        Usage.require(
            spec, vectors.profiles().containsKey(profile), "--profile", profile,
            "one of " + String.join(", ", vectors.profiles().keySet().stream().sorted().toList()));
        Usage.require(
            spec, parallel >= 1 && parallel <= MAX_PARALLEL, "--parallel", parallel, "1 to " + MAX_PARALLEL);
        final List<Scenario> known = subject.client != null ? vectors.clientScenarios() : vectors.serverScenarios();
        for (final String id : ids) {
            Usage.require(
                spec, known.stream().anyMatch(each -> each.id().equals(id)), "--scenario", id,
                "one of %s to %s".formatted(known.get(0).id(), known.get(known.size() - 1).id()));
        }
        if (subject.url != null) {
            endpoint();
        }
        if (json != null) {
            OutputFile.requireWritable(json);
        }
    }

    private Endpoint endpoint() {
        try {
            return Endpoint.of(subject.url);
        } catch (final IllegalArgumentException e) {
            Usage.require(spec, false, "URL", subject.url, "http://HOST:PORT/PATH or https://…");
            throw e;
        }
    }

    private Consumer<String> notes() {
        final PrintWriter err = spec.commandLine().getErr();
        return note -> {
            err.println("rill: " + note);
            err.flush();
        };
    }

    /** One of three. */
    private static final class Subject {
        @Parameters(paramLabel = "URL", description = "Base URL of a server that runs.")
        private URI url;

        @Option(
            names = "--launch", paramLabel = "COMMAND",
            description = "Start a server of each profile with this command.")
        private String launch;

        @Option(
            names = "--client", paramLabel = "COMMAND",
            description = "Start a publisher or subscriber for each scripted server with this command.")
        private String client;
    }
}
