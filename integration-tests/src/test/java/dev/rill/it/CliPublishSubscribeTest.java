package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code rill publish} and {@code rill subscribe} with bytes, lines and files. */
@Timeout(60)
class CliPublishSubscribeTest {
    @TempDir
    private Path folder;

    private TrickleServer server;
    private String url;

    @BeforeEach
    void startServer() {
        server = TrickleServer.launch(new TrickleServerContext().autocreate(true).retainedSegments(64));
        url = server.baseUri() + "ch";
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void shouldCarryEachLineAsASegment() throws IOException {
        final Path input = Files.writeString(folder.resolve("in"), "{\"n\":1}\n{\"n\":2}\n\n{\"n\":3}");
        final Path copy = folder.resolve("copy");

        final Cli publish = rill("publish", "--lines", "--keep", input.toString(), url);
        final Cli subscribe =
            rill("subscribe", url, "--lines", "--from", "oldest", "-n", "3", "-o", copy.toString());

        assertThat(publish.exitCode()).as(publish.toString()).isZero();
        assertThat(publish.err()).contains("21 bytes in 3 segments");
        assertThat(subscribe.exitCode()).as(subscribe.toString()).isZero();
        assertThat(subscribe.err()).isEqualTo("21 bytes in 3 segments\n");
        assertThat(copy).hasContent("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        assertThat(server.channels().nextSequence("ch")).isEqualTo(3);
    }

    @Test
    void shouldCloseTheChannelAtTheEnd() throws IOException {
        final Path input = Files.writeString(folder.resolve("in"), "one\n");

        final Cli publish = rill("publish", "--lines", input.toString(), url);

        assertThat(publish.exitCode()).as(publish.toString()).isZero();
        assertThat(server.channels().names()).isEmpty();
    }

    @Test
    void shouldGoOnWhereTheLastPublisherStopped() throws IOException {
        final Path input = Files.writeString(folder.resolve("in"), "a\nb\n");

        assertThat(rill("publish", "--lines", "--keep", input.toString(), url).exitCode()).isZero();
        assertThat(rill("publish", "--lines", "--keep", "--resume", input.toString(), url).exitCode()).isZero();

        final Path copy = folder.resolve("copy");
        assertThat(rill("subscribe", url, "--from", "0", "-n", "4", "-o", copy.toString()).exitCode()).isZero();
        assertThat(copy).hasContent("abab");
    }

    @Test
    void shouldCutAStreamOfBytes() throws IOException {
        final byte[] bytes = new byte[1_000_000];
        new Random(5).nextBytes(bytes);
        final Path input = Files.write(folder.resolve("in"), bytes);
        final Path copy = folder.resolve("copy");

        final Cli publish = rill("publish", "--bytes", "--segment-bytes", "128k", "--segment-time", "1m", "--keep",
            input.toString(), url);
        final Cli subscribe = rill("subscribe", url, "--from", "oldest", "-n", "8", "-o", copy.toString());

        assertThat(publish.exitCode()).as(publish.toString()).isZero();
        assertThat(publish.err()).contains("1,000,000 bytes in 8 segments");
        assertThat(subscribe.exitCode()).as(subscribe.toString()).isZero();
        assertThat(copy).hasBinaryContent(bytes);
    }

    @Test
    void shouldCarryEachFileAsASegment() throws IOException {
        final Path first = Files.writeString(folder.resolve("a"), "first");
        final Path second = Files.writeString(folder.resolve("b"), "second");
        final Path out = Files.createDirectory(folder.resolve("out"));

        final Cli publish = rill("publish", "--raw", "--keep", "--content-type", "text/plain", first.toString(),
            second.toString(), url);
        final Cli subscribe = rill("subscribe", url, "--from", "0", "-n", "2", "-o", out.toString());

        assertThat(publish.exitCode()).as(publish.toString()).isZero();
        assertThat(subscribe.exitCode()).as(subscribe.toString()).isZero();
        assertThat(out.resolve("000000000.txt")).hasContent("first");
        assertThat(out.resolve("000000001.txt")).hasContent("second");
    }

    @Test
    void shouldWaitForAChannelThatDoesNotExistYet() throws Exception {
        final Path input = Files.writeString(folder.resolve("in"), "early");
        final Path copy = folder.resolve("copy");
        final CompletableFuture<Cli> subscribe = CompletableFuture.supplyAsync(
            () -> rill("subscribe", url, "--wait", "30s", "-n", "1", "-o", copy.toString()));

        assertThat(rill("publish", "--lines", "--keep", input.toString(), url).exitCode()).isZero();

        assertThat(subscribe.get().exitCode()).as(subscribe.get().toString()).isZero();
        assertThat(copy).hasContent("early");
    }

    @Test
    void shouldReportWhatIsNoLongerThere() throws IOException {
        final StringBuilder lines = new StringBuilder();
        for (int n = 0; n < 70; n++) {
            lines.append("line ").append(n).append('\n');
        }
        final Path input = Files.writeString(folder.resolve("in"), lines);
        final Path copy = folder.resolve("copy");
        assertThat(rill("publish", "--lines", "--keep", input.toString(), url).exitCode()).isZero();

        final Cli late =
            rill("subscribe", url, "--from", "2", "--on-gap", "oldest", "-n", "1", "--lines", "-o", copy.toString());
        final Cli oldest = rill("subscribe", url, "--from", "oldest", "-n", "1", "--lines", "-o", copy.toString());

        assertThat(late.exitCode()).as(late.toString()).isZero();
        assertThat(late.err()).containsPattern("gap: segments 2 to [56] were lost \\([45]\\)\n")
            .containsPattern("1 segments, [45] missed");
        assertThat(oldest.err()).doesNotContain("gap").doesNotContain("missed");
        assertThat(Files.readString(copy, UTF_8)).matches("line [67]\n");
    }

    @Test
    void shouldSayWhenAPublisherIsNotAllowedToCreateTheChannel() throws IOException {
        final Path input = Files.writeString(folder.resolve("in"), "a");
        try (TrickleServer strict = TrickleServer.launch(new TrickleServerContext().autocreate(false))) {
            final URI base = strict.baseUri();

            final Cli publish = rill("publish", "--lines", input.toString(), base + "ch");

            assertThat(publish.exitCode()).isEqualTo(1);
            assertThat(publish.complaint()).contains("create channel=ch", "404");
        }
    }

    @Test
    void shouldSayWhenAnInputIsMissing() {
        final String missing = folder.resolve("missing").toString();

        for (final String mode : new String[] {"--lines", "--bytes", "--raw"}) {
            final Cli publish = rill("publish", mode, missing, url);

            assertThat(publish.exitCode()).as(publish.toString()).isEqualTo(1);
            assertThat(publish.complaint()).contains("cannot read", missing);
        }
    }
}
