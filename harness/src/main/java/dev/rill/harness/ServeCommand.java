package dev.rill.harness;

import dev.rill.conform.server.ServerDriver;
import dev.rill.jobs.session.Json;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rill serve}: a trickle server until interrupted. */
@Command(
    name = "serve", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Serves trickle channels until interrupted. The first line on stdout is their base URL.",
    footer = {
        "", "Sizes take the suffixes k, m and g, durations ms, s, m and h. Limits that are not given have the defaults "
            + "of docs/configuration.md."})
final class ServeCommand implements Callable<Integer> {
    static final int MAX_PORT = 65_535;
    private static final long MAX_IDLE_TIMEOUT_SECONDS =
        TimeUnit.NANOSECONDS.toSeconds(TrickleServerContext.MAX_DURATION_NS);

    @Spec
    private CommandSpec spec;

    @Option(
        names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1",
        description = "Address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
        names = "--port", paramLabel = "PORT", defaultValue = "2939",
        description = "Port to listen on; 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
        names = "--base-path", paramLabel = "PATH", defaultValue = "/",
        description = "Path before the channel names, with a slash at both ends. Default: ${DEFAULT-VALUE}.")
    private String basePath;

    @Option(
        names = "--no-autocreate",
        description = "Refuse to publish on channels that do not exist. By default the first publisher creates them.")
    private boolean noAutocreate;

    @Option(
        names = "--idle-timeout", paramLabel = "SECONDS", defaultValue = "300",
        description = "Close a channel after so long without data. Default: ${DEFAULT-VALUE}.")
    private long idleTimeoutSeconds;

    @Option(
        names = "--changefeed",
        description = "Tell which channels come and go, on the channel _changes (see rill channels).")
    private boolean changefeed;

    @Mixin
    private RetentionOptions retention;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private TokenOptions tokens;

    @Mixin
    private LimitOptions limits;

    @Option(
        names = "--transport", paramLabel = "NAME", defaultValue = TrickleServerContext.DEFAULT_TRANSPORT,
        description = "How sockets are driven: epoll, nio, io_uring or auto. Default: ${DEFAULT-VALUE}.")
    private String transport;

    @Option(names = "--event-loop-threads", paramLabel = "N", description = "Threads that carry connections.")
    private Integer threads;

    @Option(
        names = "--json",
        description = "Say where the server is as one line of JSON: url, port, basePath, tls, http2, "
            + "autocreate, changefeed, pid.")
    private boolean json;

    @Option(
        names = "--conform-driver",
        description = "Serve what `rill conform --launch` asks for by lines on stdin and stdout; other options are "
            + "not looked at.")
    private boolean conformDriver;

    @Override
    public Integer call() throws IOException {
        if (conformDriver) {
            final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            new ServerDriver(new ConformServerTarget(), in, spec.commandLine().getOut()).run();
            return ExitCode.DONE;
        }
        checkOptions();
        final TrickleServerContext context = context();
        final CountDownLatch stopped = new CountDownLatch(1);
        try (Interrupt interrupt = new Interrupt(); TrickleServer server = launch(context)) {
            interrupt.onRaised(stopped::countDown);
            final PrintWriter out = spec.commandLine().getOut();
            out.println(json ? jsonLine(server, context) : server.baseUri());
            out.flush();
            await(stopped);
        }
        return ExitCode.DONE;
    }

    private void checkOptions() {
        Usage.require(spec, port >= 0 && port <= MAX_PORT, "--port", port, "0 to " + MAX_PORT);
        Usage.require(
            spec, basePath.matches("/|/([^/]+/)+"), "--base-path", basePath, "a slash at both ends: /, /a/ or /a/b/");
        Usage.require(
            spec, idleTimeoutSeconds >= 1 && idleTimeoutSeconds <= MAX_IDLE_TIMEOUT_SECONDS,
            "--idle-timeout", idleTimeoutSeconds, "1 to " + MAX_IDLE_TIMEOUT_SECONDS);
    }

    private TrickleServerContext context() {
        final TrickleServerContext context = new TrickleServerContext()
            .host(host).port(port).basePath(basePath).autocreate(!noAutocreate).transport(transport)
            .changefeed(changefeed)
            .idleTimeoutNs(TimeUnit.SECONDS.toNanos(idleTimeoutSeconds));
        Options.apply(threads, context::eventLoopThreads);
        retention.applyTo(context);
        tls.applyTo(context);
        limits.applyTo(context);
        tokens.applyTo(context);
        return context;
    }

    private TrickleServer launch(final TrickleServerContext context) {
        try {
            return TrickleServer.launch(context);
        } catch (final IllegalArgumentException e) {
            throw Usage.refused(spec, e);
        }
    }

    /** Until the process is to end, or this thread is interrupted by whoever runs the command in a process of his. */
    private static void await(final CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (final InterruptedException e) {
            return; // The wish is granted.
        }
    }

    private String jsonLine(final TrickleServer server, final TrickleServerContext context) {
        final Map<String, Object> line = new LinkedHashMap<>();
        line.put("url", server.baseUri().toString());
        line.put("port", server.port());
        line.put("basePath", basePath);
        line.put("tls", context.isTls());
        line.put("http2", context.http2());
        line.put("autocreate", context.autocreate());
        line.put("changefeed", context.changefeed());
        line.put("pid", ProcessHandle.current().pid());
        return new String(Json.write(line), StandardCharsets.UTF_8);
    }
}
