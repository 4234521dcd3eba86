package dev.rill.conform.server;

import static dev.rill.conform.server.Play.failureOf;
import static dev.rill.conform.server.Play.play;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.Failure;
import dev.rill.conform.ScenarioResult;
import dev.rill.conform.Verdict;
import dev.rill.conform.client.Inbound;
import dev.rill.conform.client.ScriptedHttp1;
import dev.rill.conform.client.ScriptedServer;
import dev.rill.conform.client.SocketInbound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each operation of the scenario language: what it sends, what it accepts, what it refuses and how it says so. */
class ScenarioLanguageTest {
    private static final String GET = "{'op':'request','conn':'a','method':'GET','path':'/base/{ch}/0'}";

    private final ScriptedServer server = new ScriptedHttp1();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldSendHeadsAndBodies() throws InterruptedException {
        server.responder(request -> { });
        pass(play(server,
            "{'op':'connect','conn':'a'}",
            "{'op':'request','conn':'a','method':'POST','path':'/base/{ch}','headers':{'X-A':'{ch}'},'body':'häl'}",
            "{'op':'request','conn':'b','method':'POST','path':'/base/x','body':{'repeat':'yz','times':3}}",
            "{'op':'request','conn':'c','method':'POST','path':'/elsewhere','chunked':true}",
            "{'op':'chunk','conn':'c','text':'ab'}",
            "{'op':'chunk','conn':'c','text':'c'}",
            "{'op':'end','conn':'c'}",
            "{'op':'request','conn':'d','method':'GET','path':'/base/y'}",
            "{'op':'sleep','ms':200}"));

        final Inbound whole = request("/mounted/v-1-");
        assertThat(whole.header("Content-Length")).isEqualTo("4");
        assertThat(whole.header("X-A")).startsWith("v-1-");
        assertThat(whole.header("Host")).startsWith("127.0.0.1:");
        assertThat(request("/mounted/x").bodyText()).isEqualTo("yzyzyz");
        assertThat(request("/elsewhere").header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(request("/elsewhere").bodyText()).isEqualTo("abc");
        assertThat(request("/elsewhere").isComplete()).isTrue();
        assertThat(request("/mounted/y").header("Content-Length")).isNull();
    }

    @Test
    void shouldRepeatStepsWithAVariable() throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), request.path()));

        pass(play(server,
            "{'op':'repeat','times':3,'steps':["
                + "{'op':'request','conn':'a','method':'GET','path':'/base/{i}-{i+1}'},"
                + "{'op':'expect','conn':'a','status':200,'body':'/mounted/{i}-{i+1}'}]}"));

        assertThat(server.requests()).extracting(Inbound::path)
            .containsExactly("/mounted/0-1", "/mounted/1-2", "/mounted/2-3");
    }

    @Test
    void shouldNameTheRoundThatFails() throws InterruptedException {
        server.responder(request -> request.respond(request.path().endsWith("1") ? 404 : 200, Map.of(), ""));

        final Failure failure = failureOf(server,
            "{'op':'sleep','ms':0}",
            "{'op':'repeat','times':3,'steps':["
                + "{'op':'request','conn':'a','method':'GET','path':'/base/{i}'},"
                + "{'op':'expect','conn':'a','status':200}]}");

        assertThat(failure.step()).isEqualTo("1[i=1].1");
        assertThat(failure.summary()).isEqualTo("step 1[i=1].1: status: expected 200, actual 404");
        assertThat(failure.received()).startsWith("HTTP/1.1 404");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'X':'1'", "'Y':null", "'X':{'any':true}", "'X':{'in':['0','1']}", "'X':{'optional':'1'}",
        "'Y':{'optional':'1'}", "'x':'1','Content-Length':'2'"})
    void shouldAcceptHeadersThatFollowTheRule(final String rule) throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of("X", "1"), "ab"));

        pass(play(server, GET, "{'op':'expect','conn':'a','status':[404,200],'headers':{" + rule + "},'body':'ab'}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'X':'2'              | X | '\"2\"'                | '\"1\"'",
        "'X':null             | X | 'null'                 | '\"1\"'",
        "'Y':{'any':true}     | Y | '{\"any\":true}'       | nothing",
        "'X':{'in':['0']}     | X | '{\"in\":[\"0\"]}'     | '\"1\"'",
        "'X':{'optional':'2'} | X | '{\"optional\":\"2\"}' | '\"1\"'",
        "'Y':'2'              | Y | '\"2\"'                | nothing"})
    void shouldRefuseHeadersThatDoNot(final String rule, final String name, final String expected, final String actual)
        throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of("X", "1"), "ab"));

        final Failure failure =
            failureOf(server, GET, "{'op':'expect','conn':'a','status':200,'headers':{" + rule + "}}");

        assertThat(failure.what()).isEqualTo("header " + name);
        assertThat(failure.expected()).isEqualTo(expected);
        assertThat(failure.actual()).isEqualTo(actual);
        assertThat(failure.step()).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"200, 404", "'[200,404]', 470"})
    void shouldRefuseAnotherStatus(final String expected, final int actual) throws InterruptedException {
        server.responder(request -> request.respond(actual, Map.of(), ""));

        final Failure failure = failureOf(server, GET, "{'op':'expect','conn':'a','status':" + expected + "}");

        assertThat(failure.summary()).isEqualTo("step 1: status: expected " + expected + ", actual " + actual);
        assertThat(failure.action()).contains("\"conn\":\"a\"");
        assertThat(failure.received()).startsWith("HTTP/1.1 " + actual);
    }

    @Test
    void shouldRefuseAnotherBody() throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), "abX"));

        assertThat(failureOf(server, GET, "{'op':'expect','conn':'a','status':200,'body':'abc'}").summary())
            .isEqualTo("step 1: body, differs at byte 2: expected \"abc\", actual \"abX\"");
        assertThat(failureOf(server, GET, "{'op':'expect','conn':'a','status':200,'body':'ab'}").summary())
            .isEqualTo("step 1: body, differs at byte 2: expected \"ab\", actual \"abX\"");
        assertThat(failureOf(server, GET, "{'op':'expect','conn':'a','status':200,'bodyPrefix':'b'}").summary())
            .isEqualTo("step 1: body, differs at byte 0: expected \"b\", actual \"a\"");
    }

    @Test
    void shouldFollowABodyPieceByPiece() throws InterruptedException {
        server.responder(request -> {
            request.respondHead(200, Map.of("Transfer-Encoding", "chunked"));
            request.sendChunk("one ");
            request.sendChunk("two three");
            request.endBody();
        });

        pass(play(server, GET,
            "{'op':'expect','conn':'a','status':200,'bodyPrefix':'one t'}",
            "{'op':'expectBody','conn':'a','text':'wo','complete':false}",
            "{'op':'expectBody','conn':'a','text':' three','complete':true}"));
        pass(play(server, GET, "{'op':'expectFirstChunk','conn':'a','status':200,'text':'one '}"));
        assertThat(failureOf(server, GET,
            "{'op':'expectFirstChunk','conn':'a','status':200,'text':'one two'}").actual()).isEqualTo("\"one \"");
        assertThat(failureOf(server, GET,
            "{'op':'expect','conn':'a','status':200,'bodyPrefix':'one'}",
            "{'op':'expectBody','conn':'a','text':' two','complete':true}").summary())
            .isEqualTo("step 2: body, differs at byte 4: expected \" two\", actual \" two three\"");
    }

    @Test
    void shouldWaitOnlySoLong() throws InterruptedException {
        server.responder(request -> { });

        assertThat(failureOf(server, GET, "{'op':'expect','conn':'a','status':200,'withinMs':50}").summary())
            .isEqualTo("step 1: head of the final response: expected more bytes, actual nothing within 50 ms");
    }

    @Test
    void shouldTimeInformationalResponses() throws InterruptedException {
        server.responder(request -> request.respondProvisional(100));

        pass(play(server, GET, "{'op':'expectInterim','conn':'a','status':100,'afterMs':0,'withinMs':2000}"));
        assertThat(failureOf(server, GET,
            "{'op':'sleep','ms':100}",
            "{'op':'expectInterim','conn':'a','status':100,'afterMs':1000,'withinMs':2000}").expected())
            .isEqualTo("at least 1000 ms");
        assertThat(failureOf(server, GET, "{'op':'expectInterim','conn':'a','status':102,'withinMs':2000}").summary())
            .isEqualTo("step 1: status: expected 102, actual 100");
    }

    @Test
    void shouldInsistOnSilenceAndOnTheEnd() throws InterruptedException {
        server.responder(request -> {
            request.respond(200, Map.of(), "");
            request.finish();
        });

        pass(play(server, "{'op':'connect','conn':'a'}", "{'op':'expectNothing','conn':'a','ms':50}"));
        pass(play(server, GET, "{'op':'expect','conn':'a','status':200}", "{'op':'expectClosed','conn':'a'}"));
        assertThat(failureOf(server, GET, "{'op':'expectNothing','conn':'a','ms':2000}").actual())
            .startsWith("\"HTTP/1.1 200");
        assertThat(failureOf(server,
            "{'op':'connect','conn':'a'}", "{'op':'expectClosed','conn':'a','withinMs':50}").actual())
            .isEqualTo("nothing within 50 ms");
    }

    @ParameterizedTest
    @CsvSource({"fin", "rst"})
    void shouldAbortAndConnectAgain(final String mode) throws InterruptedException {
        server.responder(request -> request.respond(200, Map.of(), ""));

        pass(play(server, GET,
            "{'op':'expect','conn':'a','status':200}",
            "{'op':'abort','conn':'a','mode':'" + mode + "'}",
            GET,
            "{'op':'expect','conn':'a','status':200}"));

        assertThat(server.requests()).extracting(request -> ((SocketInbound) request).socket()).doesNotHaveDuplicates();
    }

    @Test
    void shouldUseTheLocalApi() throws InterruptedException {
        final FakeLocalApi local = new FakeLocalApi();
        final RunningServer running = Play.server(server, local);

        pass(play(running,
            "{'op':'local','action':'createChannel','channel':'{ch}','contentType':'text/plain'}",
            "{'op':'local','action':'write','channel':'{ch}','text':'x','expect':'ok'}",
            "{'op':'local','action':'write','channel':'{ch}nope','text':'x','expect':'error:stream not found'}",
            "{'op':'local','action':'read','channel':'{ch}','seq':0,'expect':'ok','text':'x',"
                + "'metadata':{'Lp-Trickle-Seq':'0','Content-Type':'text/plain'}}",
            "{'op':'local','action':'read','channel':'{ch}','seq':9,'expect':'error:seq not found'}"));

        final List<String> wrong = List.of(
            "{'op':'local','action':'write','channel':'none','text':'x','expect':'ok'}",
            "{'op':'local','action':'read','channel':'one','seq':0,'expect':'ok','text':'y'}",
            "{'op':'local','action':'read','channel':'one','seq':0,'metadata':{'Lp-Trickle-Latest':'2'}}");
        final List<String> actual = new ArrayList<>();
        for (final String step : wrong) {
            actual.add(play(running,
                "{'op':'local','action':'createChannel','channel':'one','contentType':'text/plain'}",
                "{'op':'local','action':'write','channel':'one','text':'x','expect':'ok'}", step).failure().actual());
            local.clear();
        }
        assertThat(actual).containsExactly("\"error:stream not found\"", "\"x\"", "\"1\"");
    }

    @Test
    void shouldNotPlayLocalStepsWithoutALocalApi() throws InterruptedException {
        final ScenarioResult result = play(server,
            "{'op':'repeat','times':1,'steps':[{'op':'local','action':'write','channel':'a','text':'x'}]}");

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
        assertThat(result.reason()).isEqualTo("needs the in-process API of the server");
    }

    private Inbound request(final String path) {
        return server.requests().stream().filter(each -> each.path().startsWith(path)).findFirst().orElseThrow();
    }

    private static void pass(final ScenarioResult result) {
        assertThat(result.verdict()).as(() -> String.valueOf(result.failure())).isEqualTo(Verdict.PASSED);
    }
}
