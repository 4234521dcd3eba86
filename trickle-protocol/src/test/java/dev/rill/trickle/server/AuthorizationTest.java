package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.trickle.BearerTokenAuthorizer;
import dev.rill.trickle.BearerTokenAuthorizer.Right;
import dev.rill.trickle.Decision;
import dev.rill.trickle.Operation;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizationTest {
    private static final byte[] NO_BODY = {};
    private static final long WITHIN_MS = 5_000;

    @Test
    void shouldAskOnceForEveryOperationWithTheDecodedName() throws Exception {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final TrickleServerContext context = new TrickleServerContext().autocreate(true)
            .authorizer((operation, channel, head) -> {
                asked.add(operation + " " + channel + " " + head.method() + " " + head.header("X-Who"));
                return Decision.allow();
            });
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            send(client, "POST", "/a%20b/0", "Content-Length: 1\r\n", new byte[1]);
            send(client, "POST", "/a%20b", "", NO_BODY);
            send(client, "GET", "/a%20b/0", "", NO_BODY);
            send(client, "HEAD", "/a%20b/0", "", NO_BODY);
            send(client, "GET", "/a%20b/next", "", NO_BODY);
            send(client, "DELETE", "/a%20b/0", "", NO_BODY);
            send(client, "DELETE", "/a%20b", "", NO_BODY);
            send(client, "PUT", "/a%20b", "", NO_BODY);
        }
        assertThat(asked).containsExactly(
            "PUBLISH a b POST me", "CREATE_IMPLICIT a b POST me", "CREATE a b POST me", "READ a b GET me",
            "READ a b HEAD me", "NEXT a b GET me", "DROP a b DELETE me", "CLOSE a b DELETE me");
    }

    @Tag("T-023")
    @Tag("T-024")
    @Tag("T-025")
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "403, nope, 403, nope",
        "401, \"\", 401, Unauthorized",
        "503, busy, 400, busy",
        "503, \"\", 400, Service Unavailable",
        "200, \"\", 400, OK",
        "0, \"\", 400, Bad Request",
        "400, \"\", 400, Bad Request",
        "499, late, 499, late",
        "399, low, 400, low",
        "500, high, 400, high"})
    void shouldMapRefusalsAsTheSpecificationSays(
        final int stated, final String text, final int status, final String body) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true)
            .authorizer((operation, channel, head) ->
                "open".equals(channel) ? Decision.allow() : Decision.refuse(stated, text).header("X-Why", "because"));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            for (final String request : List.of(
                "POST /new", "GET /ch/0", "HEAD /ch/0", "GET /ch/next", "DELETE /ch/0", "DELETE /ch", "GET /new/0")) {
                final String[] parts = request.split(" ");
                send(client, parts[0], parts[1], "", NO_BODY);
                assertThat(client.status()).as(request).isEqualTo(status);
                assertThat(client.header("X-Why")).as(request).isEqualTo("because");
                if (!"HEAD".equals(parts[0])) {
                    assertThat(client.awaitBody(WITHIN_MS)).as(request).asString().isEqualTo(body + "\n");
                }
            }

            assertThat(server.channels().names()).containsExactly("ch");
            final String counter =
                status == 401 ? "requests.refused.unauthenticated" : "requests.refused.forbidden";
            assertThat(server.channels().counters()).containsEntry(counter, 7L);
        }
    }

    @Test
    @Tag("T-025")
    void shouldRefuseAPublicationBeforeItsBodyAndCloseLingering() throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true)
            .authorizer((operation, channel, head) -> operation == Operation.CREATE_IMPLICIT
                || channel.startsWith("shut") ? Decision.refuse(403, "nope") : Decision.allow());
        try (TrickleServer server = TrickleServer.launch(context)) {
            for (final String name : List.of("shut", "new")) {
                try (RawConnection client = new RawConnection(server.port(), 0)) {
                    client.request("POST", "/" + name + "/0", "Transfer-Encoding: chunked\r\n", NO_BODY);

                    client.awaitFinalHead(WITHIN_MS);

                    assertThat(client.status()).isEqualTo(403);
                    assertThat(client.header("Connection")).isEqualTo("close");
                    client.chunk("still sending");
                    assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("nope\n");
                    client.assertClosed(WITHIN_MS);
                }
            }
            assertThat(server.channels().names()).isEmpty();
        }
    }

    @Test
    void shouldAnswer500WhenTheAuthorizerFails() throws Exception {
        final TrickleServerContext context = new TrickleServerContext()
            .authorizer((operation, channel, head) -> {
                throw new IllegalStateException("boom".equals(channel) ? "boom" : null);
            });
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            send(client, "POST", "/boom", "", NO_BODY);
            assertThat(client.status()).isEqualTo(500);
            assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("boom\n");
            send(client, "GET", "/quiet/0", "", NO_BODY);
            assertThat(client.awaitBody(WITHIN_MS)).asString().isEqualTo("Internal Server Error\n");

            assertThat(server.channels().counters()).containsEntry("requests.failed.authorization", 2L);
        }
    }

    @Test
    void shouldNotAskAboutRoutesAndAccessInThisProcess() throws Exception {
        final TrickleServerContext context = new TrickleServerContext()
            .authorizer((operation, channel, head) -> Decision.refuse(403, ""))
            .route("/open", (request, responder) -> responder.respond(200, "text/plain", "open"));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            assertThat(server.channels().create("ch", "")).isTrue();
            assertThat(server.local().publish("ch").failure()).isNull();
            send(client, "GET", "/open", "", NO_BODY);
            assertThat(client.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /ch/next, , 401, Bearer",
        "GET /ch/next, Basic reader, 401, Bearer",
        "GET /ch/next, 'Bearer ', 401, Bearer",
        "GET /ch/next, Bearer stranger, 401, Bearer error=\"invalid_token\"",
        "GET /ch/next, Bearer reader, 200, ",
        "GET /ch/next, bearer reader, 200, ",
        "GET /ch/next, Bearer writer, 200, ",
        "GET /ch/5, Bearer reader, 470, ",
        "GET /ch/5, Bearer writer, 403, Bearer error=\"insufficient_scope\"",
        "GET /ch/5, Bearer root, 470, ",
        "POST /ch, Bearer reader, 403, Bearer error=\"insufficient_scope\"",
        "POST /ch, Bearer writer, 200, ",
        "POST /other, Bearer writer, 403, Bearer error=\"insufficient_scope\"",
        "POST /other, Bearer root, 200, ",
        "GET /public/next, , 404, ",
        "GET /public/next, Bearer stranger, 404, ",
        "DELETE /public, , 401, Bearer",
        "DELETE /ch, Bearer writer, 200, "})
    void shouldAllowWhatTheTokenWasGranted(
        final String request, final String authorization, final int status, final String challenge) throws Exception {
        final TrickleServerContext context = new TrickleServerContext().autocreate(true)
            .authorizer(new BearerTokenAuthorizer()
                .grant("reader", Right.READ)
                .grant("writer", Right.PUBLISH, "ch")
                .grant("root", Right.ADMIN)
                .grantAnyone(Right.READ, "public"));
        try (TrickleServer server = TrickleServer.launch(context);
             RawConnection client = new RawConnection(server.port(), 0)) {
            server.channels().create("ch", "text/plain");
            final String field = authorization == null ? "" : "Authorization: " + authorization + "\r\n";

            client.request(request.split(" ")[0], request.split(" ")[1], field, NO_BODY);
            client.awaitFinalHead(WITHIN_MS);

            assertThat(client.status()).isEqualTo(status);
            assertThat(client.header("WWW-Authenticate")).isEqualTo(challenge);
        }
    }

    private static void send(
        final RawConnection client, final String method, final String path, final String fields, final byte[] body)
        throws Exception {
        client.request(method, path, "X-Who: me\r\n" + fields, body);
        client.awaitFinalHead(WITHIN_MS);
    }
}
