package dev.rill.bench.load;

import dev.rill.jobs.session.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link LoadServer} in a process of its own, with the Java and the class path of this one. One thread. */
final class ServerProcess implements AutoCloseable {
    private static final long STOP_MS = 10_000;

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final URI baseUri;

    /**
     * Starts it and waits until it serves.
     *
     * @param javaOptions options of its JVM.
     * @param transport   see {@code TrickleServerContext.transport}.
     * @param loops       event loop threads.
     */
    ServerProcess(final List<String> javaOptions, final String transport, final int loops) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadServer.class.getName()));
        command.addAll(List.of(transport, String.valueOf(loops)));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        out = process.inputReader(StandardCharsets.UTF_8);
        in = process.outputWriter(StandardCharsets.UTF_8);
        final String ready = out.readLine();
        if (ready == null) {
            throw new IOException("the server did not start; see above");
        }
        baseUri = URI.create(ready);
    }

    URI baseUri() {
        return baseUri;
    }

    long pid() {
        return process.pid();
    }

    /** Its counters as they are now. */
    Map<String, Long> counters() throws IOException {
        in.write('\n');
        in.flush();
        final String line = out.readLine();
        if (line == null) {
            throw new IOException("the server is gone");
        }
        final Map<String, Long> counters = new HashMap<>();
        Json.parseObject(line.getBytes(StandardCharsets.UTF_8))
            .forEach((name, value) -> counters.put(name, ((Number) value).longValue()));
        return counters;
    }

    @Override
    public void close() throws IOException {
        in.close();
        try {
            if (!process.waitFor(STOP_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
