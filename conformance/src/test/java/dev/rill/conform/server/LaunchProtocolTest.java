package dev.rill.conform.server;

import static dev.rill.conform.server.Play.scenario;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.conform.NotApplicableException;
import dev.rill.conform.Profile;
import dev.rill.conform.Report;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Vectors;
import dev.rill.conform.Verdict;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both sides of the launch protocol. */
class LaunchProtocolTest {
    private static final String PROFILE_LINE = "{\"profile\":\"p\",\"basePath\":\"/mounted/\"}\n";

    private final ScriptedServer server = new ScriptedHttp1();
    private final List<String> notes = new ArrayList<>();

    @AfterEach
    void close() {
        server.close();
        assertThat(notes).isEmpty();
    }

    @Test
    void shouldPlayAgainstTheServerThatACommandStarts() throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), request.path()));

        final ScenarioResult result = launch("read profile; echo ready " + server.baseUri().getPort() + "; cat",
            "{'op':'request','conn':'a','method':'GET','path':'/base/x'}",
            "{'op':'expect','conn':'a','status':200,'body':'/base/x'}");

        assertThat(result.verdict()).as(() -> String.valueOf(result.failure())).isEqualTo(Verdict.PASSED);
    }

    @Test
    void shouldTellTheCommandItsProfile() throws InterruptedException {
        final ScenarioResult result = launch("read profile; echo \"unsupported $profile\"", "{'op':'sleep','ms':0}");

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
        assertThat(result.reason()).isEqualTo("{\"profile\":\"p\",\"basePath\":\"/base/\"}");
    }

    @Test
    void shouldSendLocalOperationsToTheCommand() throws InterruptedException {
        final String answers = "read a; echo '{\"result\":\"ok\"}'; "
            + "read a; echo '{\"result\":\"error:stream not found\"}'; "
            + "read a; echo '{\"result\":\"ok\",\"text\":\"x\",\"metadata\":{\"Lp-Trickle-Seq\":\"0\"}}'; cat";

        final ScenarioResult result = launch("read profile; echo ready 1; " + answers,
            "{'op':'local','action':'createChannel','channel':'a','contentType':'text/plain'}",
            "{'op':'local','action':'write','channel':'b','text':'x','expect':'error:stream not found'}",
            "{'op':'local','action':'read','channel':'a','seq':0,'text':'x','metadata':{'Lp-Trickle-Seq':'0'}}");

        assertThat(result.verdict()).as(() -> String.valueOf(result.failure())).isEqualTo(Verdict.PASSED);
    }

    @Test
    void shouldSayWhatTheCommandDidWrong() throws InterruptedException {
        final String step = "{'op':'local','action':'write','channel':'a','text':'x'}";

        assertThat(launch("exit 3", step).failure().actual()).contains("command ended with exit code 3: exit 3");
        assertThat(launch("read p; echo hello; cat", step).failure().actual())
            .contains("expected 'ready PORT' or 'unsupported REASON', got 'hello'");
        assertThat(launch("read p; echo ready 1; read o; echo hello; cat", step).failure().actual())
            .contains("answer to {\"op\":\"local\"", "not JSON: hello");
        assertThat(launch("read p; echo ready 1; exit 4", step).failure().actual())
            .contains("command ended with exit code 4");
    }

    @Test
    void shouldDriveAServerOnTheJvm() throws IOException {
        final FakeLocalApi local = new FakeLocalApi();
        final StringWriter out = new StringWriter();
        final String operations = PROFILE_LINE
            + LaunchLines.createChannel("a", "text/plain") + "\n" + LaunchLines.write("a", "x") + "\n"
            + LaunchLines.write("b", "x") + "\n" + LaunchLines.read("a", 0) + "\n" + LaunchLines.read("a", 9) + "\n"
            + "{\"op\":\"local\",\"action\":\"fly\",\"channel\":\"a\"}\n";

        driver(profile -> Play.server(server, local), operations, out).run();

        assertThat(out.toString().lines()).containsExactly(
            "ready " + server.baseUri().getPort(),
            "{\"result\":\"ok\"}",
            "{\"result\":\"ok\"}",
            "{\"result\":\"error:stream not found\"}",
            LaunchLines.result(LocalRead.ok("x", 0, 1, "text/plain")).toString(),
            "{\"result\":\"error:seq not found\"}",
            "{\"result\":\"error:unknown action fly\"}");
    }

    @Test
    void shouldSayThatAServerOnTheJvmIsNotThere() throws IOException {
        final StringWriter out = new StringWriter();

        driver(new NoServer(), PROFILE_LINE, out).run();

        assertThat(out.toString()).isEqualTo("unsupported no hooks\n");
    }

    @Test
    void shouldGiveTheDriverTheWholeProfile() throws IOException {
        final List<Profile> profiles = new ArrayList<>();
        final Profile sweep = Vectors.load().profiles().get("sweep");

        driver(profile -> {
            profiles.add(profile);
            return Play.server(server, null);
        }, LaunchLines.profile(sweep) + "\n", new StringWriter()).run();

        assertThat(profiles).hasSize(1);
        assertThat(profiles.get(0).name()).isEqualTo("sweep");
        assertThat(profiles.get(0).settings().values()).containsAllEntriesOf(sweep.settings().values());
    }

    @Test
    void shouldRefuseInputOfAnotherKind() {
        assertThatThrownBy(() -> driver(new NoServer(), "", new StringWriter()).run())
            .hasMessage("expected a profile on the first line, got the end of the input");
        assertThatThrownBy(() -> driver(new NoServer(), "hello\n", new StringWriter()).run())
            .hasMessage("not JSON: hello");
    }

    private ScenarioResult launch(final String command, final String... steps) throws InterruptedException {
        final Report report = Play.suite().run(
            new LaunchedTarget(command, notes::add), List.of(scenario("V-1", steps)), 1, result -> { });
        return report.results().get(0);
    }

    private static ServerDriver driver(final ServerTarget target, final String input, final StringWriter out) {
        return new ServerDriver(target, new BufferedReader(new StringReader(input)), new PrintWriter(out));
    }

    /** Has none. */
    private static final class NoServer implements ServerTarget {
        @Override
        public RunningServer open(final Profile profile) throws NotApplicableException {
            throw new NotApplicableException("no hooks");
        }
    }
}
