package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code rill conform} says about servers and clients, and when it says 1. */
class ConformCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldJudgeARunningServer() throws IOException {
        final Path json = folder.resolve("result.json");
        final TrickleServerContext context = new TrickleServerContext().basePath("/ai/trickle/").autocreate(true);
        try (TrickleServer server = TrickleServer.launch(context)) {
            final Cli result = rill(
                "conform", server.baseUri().toString(), "--scenario", "V-001", "--scenario", "V-070",
                "--scenario", "V-078", "--scenario", "V-110", "--json", json.toString());

            assertThat(result.exitCode()).as(result.toString()).isZero();
            assertThat(result.out().lines()).contains(
                "PASS V-001 core T-001 T-026 create channel, then /next is 0",
                "2/2 core, 1/1 improved, 1 not applicable");
            assertThat(result.out()).contains("N/A  V-110 core T-150", "(needs a server with profile noauto)");
            final JsonObject document = Json.parse(Files.readString(json));
            assertThat(document.flag("passed")).isTrue();
            assertThat(document.objects("results")).hasSize(4);
        }
    }

    @Test
    void shouldJudgeAServerByItsProfileAndByClass() {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(false))) {
            final Cli result = rill(
                "conform", server.baseUri().toString(), "--profile", "noauto", "--class", "core",
                "--scenario", "V-003", "--scenario", "V-120", "--scenario", "V-089", "--scenario", "V-111");

            assertThat(result.exitCode()).as(result.toString()).isZero();
            assertThat(result.out()).contains("2/2 core, 1 not applicable").doesNotContain("V-089");
            assertThat(result.out()).contains("(needs the in-process API of the server)");
        }
    }

    @Test
    void shouldShowWhatAWrongServerDid() {
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext().autocreate(false))) {
            final Cli result = rill("conform", server.baseUri().toString(), "--scenario", "V-001");

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.out().lines()).contains(
                "FAIL V-001 core T-001 T-026 create channel, then /next is 0",
                "     checked  status",
                "     expected 200",
                "     actual   404",
                "0/1 core, 0 not applicable");
            assertThat(result.out())
                .contains("     step     1 {\"op\":\"expect\"", "     received HTTP/1.1 404 Not Found");
            assertThat(result.err()).isEmpty();
        }
    }

    @Test
    void shouldFailWhenNothingCouldBePlayed() {
        final Cli result = rill("conform", "http://127.0.0.1:1/", "--scenario", "V-110");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).contains("nothing played, 1 not applicable");
    }

    @Test
    void shouldNameTheCommandThatEndedTooSoon() {
        assertThat(rill("conform", "--launch", "exit 3", "--scenario", "V-001").out())
            .contains("actual   command ended with exit code 3: exit 3");
        assertThat(rill("conform", "--client", "exit 4", "--scenario", "C-010").out())
            .contains("command ended with exit code 4: exit 4");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'URL | --launch=COMMAND | --client=COMMAND'",
        "'http://h/ --launch x', 'mutually exclusive'",
        "'ftp://h/', 'expected http://HOST:PORT/PATH'",
        "'http://h/ --class best', 'expected core, improved or all'",
        "'http://h/ --profile none', 'expected one of abortgrace, auto, based'",
        "'http://h/ --scenario V-999', 'expected one of V-001 to V-121'",
        "'--client x --scenario V-001', 'expected one of C-001 to C-014'",
        "'http://h/ --parallel 0', 'expected 1 to 64'"})
    void shouldRefuseWrongUsage(final String arguments, final String complaint) {
        final Cli result = rill(("conform " + arguments).trim().split(" "));

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(2);
        assertThat(result.complaint()).contains(complaint);
    }
}
