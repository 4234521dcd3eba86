package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code rill transcode --channel}: from channel to channels, while it is published. */
@Timeout(90)
class TranscodeChannelTest {
    private static final int FRAMES = 120;

    @TempDir
    private Path folder;

    @Test
    void shouldMakeAChannelOfEachRenditionWhileItIsPublished() throws Exception {
        final Path json = folder.resolve("report.json");
        final Path result = folder.resolve("small.ts");
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(true))) {
            final String base = "http://127.0.0.1:" + server.port() + "/";
            server.channels().create("movie", "video/MP2T");
            server.channels().create("movie-small", "video/MP2T");
            final CompletableFuture<Cli> viewer = start("subscribe", base + "movie-small", "-o", result.toString());
            awaitReader(server, "movie-small");
            final CompletableFuture<Cli> transcode = start("transcode", "--channel", base + "movie",
                "--profile", "name=small,width=80", "--profile", "name=slow,width=64,fps=5",
                "--out", base + "movie-{name}", "--json", json.toString());
            awaitReader(server, "movie");

            final Cli publish = rill("publish", "test", base + "movie", "--size", "160x96", "--seconds", "4");

            assertThat(publish.exitCode()).as(publish.toString()).isZero();
            final Cli transcoded = transcode.get(30, TimeUnit.SECONDS);
            assertThat(transcoded.exitCode()).as(transcoded.toString()).isZero();
            assertThat(transcoded.out()).contains(base + "movie-small", base + "movie-slow");
            assertThat(viewer.get(30, TimeUnit.SECONDS).exitCode()).isZero();
        }
        final JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("framesDecoded").asInt()).isEqualTo(FRAMES);
        final JsonNode small = report.get("renditions").get(0);
        assertThat(small.get("framesOut").asInt() + small.get("framesLate").asInt()).isEqualTo(FRAMES);
        final MediaProbe probe = MediaProbe.of(result);
        assertThat(probe.pictures).hasSize(small.get("framesOut").asInt());
        assertThat(probe.sounds).isNotEmpty();
        assertThat(small.get("segments").asInt()).isEqualTo(report.get("renditions").get(1).get("segments").asInt());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "http://127.0.0.1:1/in --out http://127.0.0.1:1/out | {name} in its name",
        "movie.mp4 --out http://127.0.0.1:1/{name} | INPUT",
        "http://127.0.0.1:1/in --out {name}.ts | --out",
        "http://127.0.0.1:1/in --out http://127.0.0.1:1/{name} --segments | --segments"})
    void shouldRefuseWrongUsageInOneLine(final String options, final String expected) {
        final Cli result = rill(("transcode --channel --profile 240p " + options).split(" "));

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.complaint()).contains(expected);
    }

    private static CompletableFuture<Cli> start(final String... arguments) {
        return CompletableFuture.supplyAsync(() -> rill(arguments), task -> new Thread(task).start());
    }

    private static void awaitReader(final TrickleServer server, final String channel) {
        Await.until(() -> "reader of " + channel,
            () -> server.channels().stats(channel).orElseThrow().parkedReaders() > 0);
    }
}
