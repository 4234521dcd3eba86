package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.harness.Rill;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rill serve}, as someone starts it who wants to know when and where it is ready. */
@Timeout(60)
class ServeCommandTest {
    private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");

    @TempDir
    private Path folder;

    @Test
    void shouldSayWhereItIsOnceItIsReady() throws Exception {
        try (Served served = new Served("--json", "--base-path", "/ai/trickle/", "--max-channels", "1")) {
            assertThat(served.line).contains(
                "\"basePath\":\"/ai/trickle/\"", "\"tls\":false", "\"http2\":true", "\"autocreate\":true", "\"pid\":");
            final Path input = Files.writeString(folder.resolve("in"), "a");

            final Cli first = rill("publish", "--lines", "--keep", input.toString(), served.url() + "a");
            final Cli second = rill("publish", "--lines", "--keep", input.toString(), served.url() + "b");

            assertThat(first.exitCode()).as(first.toString()).isZero();
            assertThat(second.complaint()).contains("create channel=b", "503");
        }
    }

    @Test
    void shouldEndCleanlyWhenItIsInterrupted() throws Exception {
        final Served served = new Served("--transport", "nio", "--event-loop-threads", "1", "--no-http2");
        assertThat(served.line).startsWith("http://127.0.0.1:");

        served.close();

        assertThat(served.exitCode).isCompletedWithValue(0);
    }

    /** A server on a free port, on a thread that stands for the process. */
    private static final class Served implements AutoCloseable {
        final String line;
        final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final Thread thread;

        Served(final String... options) throws IOException {
            final String[] arguments = new String[options.length + 3];
            arguments[0] = "serve";
            arguments[1] = "--port";
            arguments[2] = "0";
            System.arraycopy(options, 0, arguments, 3, options.length);
            final PipedWriter out = new PipedWriter();
            final BufferedReader lines = new BufferedReader(new PipedReader(out));
            thread = new Thread(() -> exitCode.complete(
                Rill.run(new PrintWriter(out, true), new PrintWriter(System.err, true), arguments)), "serve");
            thread.start();
            line = lines.readLine();
        }

        String url() {
            final Matcher matcher = URL.matcher(line);
            assertThat(matcher.find()).as(line).isTrue();
            return matcher.group(1);
        }

        @Override
        public void close() {
            thread.interrupt();
            assertThat(exitCode).as("serve ends").succeedsWithin(Duration.ofSeconds(20));
        }
    }
}
