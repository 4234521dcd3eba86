package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests that no client in the field sends, each with the statuses that answer it and what becomes of the connection:
 * RFC 9112 with every ambiguity refused. In the tables {@code ~} is CR LF and {@code <xx>} is the octet of that value.
 */
class BadRequestTest {
    private static final long WITHIN_MS = 5_000;
    private static final String GET = "GET /ch/0 HTTP/1.1~Host: a~";
    private static final String POST = "POST /ch/1 HTTP/1.1~Host: a~";

    private TrickleServer server;
    private Bystander bystander;

    @BeforeEach
    void launch() throws IOException {
        server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true).maxHeaderSize(1_024).connectionLingerNs(50_000_000));
        bystander = new Bystander(server);
        try (RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/0", "Content-Length: 4\r\n", octets("zero"));
            writer.awaitFinalHead(WITHIN_MS);
        }
    }

    @AfterEach
    void assertNothingLeft() throws IOException {
        bystander.assertUndisturbed();
        bystander.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "<00><01><02><ff><fe>~~                               | 400 close",
        "hello~~                                              | 400 close",
        "GET~~                                                | 400 close",
        "GET /ch/0~~                                          | 400 close",
        "GET /ch/0 HTTP/1.1 x~Host: a~~                       | 400 close",
        "GET  /ch/0  HTTP/1.1~Host: a~~                       | 400 close",
        "GET<09>/ch/0 HTTP/1.1~Host: a~~                      | 400 close",
        "<20>GET /ch/0 HTTP/1.1~Host: a~~                        | 400 close",
        "G<40>T /ch/0 HTTP/1.1~Host: a~~                      | 400 close",
        "GET /ch/0 FTP/1.1~Host: a~~                          | 400 close",
        "GET /ch/0 http/1.1~Host: a~~                         | 400 close",
        "GET /ch/0 HTTP/1~Host: a~~                           | 400 close",
        "GET /ch/0 HTTP/1.x~Host: a~~                         | 400 close",
        "GET /ch/0 HTTP/01.1~Host: a~~                        | 400 close",
        "GET /ch/0 HTTP/3.7~Host: a~~                         | 505 close",
        "GET /ch/0 HTTP/0.9~Host: a~~                         | 505 close",
        "GET /ch/0 HTTP/1.7~Host: a~~                         | 200 open",
        "GET /ch/0 HTTP/1.0~~                                 | 200 close",
        "get /ch/0 HTTP/1.1~Host: a~~                         | 405 open",
        "PRI * HTTP/2.0~~XX~~                                 | 505 close",
        "~~GET /ch/0 HTTP/1.1~Host: a~~                       | 200 open",
        "GET /ch/0 HTTP/1.1<0a>Host: a<0a><0a>                | 400 close",
        "GET /ch/0 HTTP/1.1~Host: a<0a>~                      | 400 close",
        "GET /ch/0 HTTP/1.1<0d>Host: a<0d><0d>~~              | 400 close",
    })
    void shouldJudgeTheRequestLine(final String request, final String expected) throws IOException {
        assertOutcome(request, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "http://a/ch/0      | 200 open",
        "HTTP://a:80/ch/0   | 200 open",
        "https://a/ch/0?x=y | 200 open",
        "http://a           | 404 open",
        "ftp://a/ch/0       | 400 close",
        "a/ch/0             | 400 close",
        "x?y=://a/ch/0      | 400 close",
        "*                  | 400 close",
        "a:80               | 400 close",
        "/ch/0#fragment     | 400 close",
        "/ch/0<00>          | 400 close",
        "/ch/0<7f>          | 400 close",
        "/ch/0?<0b>         | 400 close",
        "//ch/0             | 404 open",
        "/x/../ch/0         | 404 open",
        "/./0               | 404 open",
        "/../0              | 404 open",
        "/%2e%2E/0          | 404 open",
        "/%/0               | 400 open",
        "/%4/0              | 400 open",
        "/%zz/0             | 400 open",
        "/ch/%              | 400 open",
        "/%ff/0             | 400 open",
        "/%c0%af/0          | 400 open",
        "/%ed%a0%80/0       | 400 open",
        "/%00/0             | 404 open",
        "/ch/%30            | 200 open",
        "/ch/+0             | 200 open",
        "/ch/-0             | 200 open",
        "/ch/000000000000000000000000000000 | 200 open",
        "/ch/99999999999999999999 | 400 open",
        "/ch/9223372036854775807  | 470 open",
        "/ch/-9223372036854775808 | 200 open",
        "/ch/-9223372036854775809 | 400 open",
        "/ch/<b2>           | 400 open",
        "/ch/%d9%a3         | 400 open",
        "/ch/0%20           | 400 open",
        "/ch/--1            | 400 open",
        "/ch/%00            | 400 open",
    })
    void shouldJudgeTheTarget(final String target, final String expected) throws IOException {
        assertOutcome("GET " + target + " HTTP/1.1~Host: a~~", expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        GET + "X-A : b~~                                      | 400 close",
        GET + "X A: b~~                                       | 400 close",
        GET + ": b~~                                          | 400 close",
        GET + "no colon~~                                     | 400 close",
        GET + "X-A: b<00>c~~                                  | 400 close",
        GET + "X-<00>A: b~~                                   | 400 close",
        GET + "X-A: b<0d>c~~                                  | 400 close",
        GET + "X-A: b~ folded~~                               | 200 open",
        GET + "X-A: b~<09>folded~~                            | 200 open",
        "GET /ch/0 HTTP/1.1~ Host: a~~                        | 400 close",
        GET + "X-A: <e9>~~                                    | 200 open",
        GET + "X-A:~~                                         | 200 open",
        GET + "<e9>: b~~                                      | 400 close",
        "GET /ch/0 HTTP/1.1~~                                 | 400 close",
        GET + "Host: a~~                                      | 400 close",
        GET + "Host: b~~                                      | 400 close",
        "GET /ch/0 HTTP/1.1~Host: a b~~                       | 400 close",
        "GET /ch/0 HTTP/1.1~Host: a/b~~                       | 400 close",
        "GET /ch/0 HTTP/1.1~Host: u@a~~                       | 400 close",
        "GET /ch/0 HTTP/1.1~Host:~~                           | 200 open",
        "GET /ch/0 HTTP/1.1~Host: [::1]:80~~                  | 200 open",
        "GET /ch/0 HTTP/1.1~hOST: a~~                         | 200 open",
        GET + "Connection: close~~                            | 200 close",
        GET + "Connection: keep-alive, CLOSE~~                | 200 close",
        GET + "Upgrade: h2c~Connection: Upgrade~~             | 200 open",
        GET + "Sec-WebSocket-Key1: a~Sec-WebSocket-Key2: b~~" + GET + "~ | 200 200 open",
    })
    void shouldJudgeTheFields(final String request, final String expected) throws IOException {
        assertOutcome(request, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        POST + "Content-Length: 3~Transfer-Encoding: chunked~~0~~ | 400 close",
        POST + "Transfer-Encoding: chunked~Content-Length: 3~~0~~ | 400 close",
        POST + "Content-Length: 3~Content-Length: 4~~abcd     | 400 close",
        POST + "Content-Length: 3~Content-Length: 3~~abc      | 400 close",
        POST + "Content-Length: 3, 3~~abc                     | 400 close",
        POST + "Content-Length: -1~~                          | 400 close",
        POST + "Content-Length: +3~~abc                       | 400 close",
        POST + "Content-Length: 0x3~~abc                      | 400 close",
        POST + "Content-Length: 3 4~~abc                      | 400 close",
        POST + "Content-Length: <b2>~~ab                      | 400 close",
        POST + "Content-Length:~~                             | 400 close",
        POST + "Content-Length: 9223372036854775808~~         | 400 close",
        POST + "Content-Length: 003~~abc                      | 200 open",
        "POST /ch HTTP/1.1~Host: a~Content-Length: 9223372036854775807~~ | 200",
        POST + "Transfer-Encoding: gzip~~                     | 400 close",
        POST + "Transfer-Encoding: identity~~                 | 400 close",
        POST + "Transfer-Encoding: chunked, gzip~~            | 400 close",
        POST + "Transfer-Encoding: chunked, chunked~~0~~      | 400 close",
        POST + "Transfer-Encoding: chunked~Transfer-Encoding: chunked~~0~~ | 400 close",
        POST + "Transfer-Encoding: gzip, chunked~~0~~         | 501 close",
        POST + "Transfer-Encoding: gzip~Transfer-Encoding: chunked~~0~~    | 501 close",
        POST + "Transfer-Encoding: <22>chunked<22>~~0~~       | 400 close",
        POST + "Transfer-Encoding: x<0b>chunked~~0~~          | 400 close",
        POST + "Transfer-Encoding:~~                          | 400 close",
        POST + "Transfer-Encoding: Chunked~~3~abc~0~~         | 200 open",
        POST + "Transfer-Encoding : chunked~~0~~              | 400 close",
        "POST /ch/1 HTTP/1.0~Transfer-Encoding: chunked~~0~~  | 400 close",
    })
    void shouldJudgeTheFraming(final String request, final String expected) throws IOException {
        assertOutcome(request, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "3;a=b~abc~0;c~~                     | 200 open",
        "3 ;a=<22>b;c<22>~abc~0~~            | 200 open",
        "3;a=<22><0d><0a>0~~                 | 400 close",
        "3<0a>abc~0~~                        | 400 close",
        "3~abc<0a>0~~                        | 400 close",
        "3~abcd~0~~                          | 400 close",
        "g~                                  | 400 close",
        "~                                   | 400 close",
        "-1~                                 | 400 close",
        "+3~abc~0~~                          | 400 close",
        "0x3~abc~0~~                         | 400 close",
        "3 ~abc~0~~                          | 400 close",
        "<20>3~abc~0~~                        | 400 close",
        "80000000~                           | 400 close",
        "ffffffffffffffff~                   | 400 close",
        "10000000000000003~abc~0~~           | 400 close",
        "00000000000003~abc~0~~              | 200 open",
        "3~abc~0~X-Trailer: a~~              | 200 open",
        "3~abc~0~Content-Length: 9~~         | 200 open",
        "3~abc~0~X-Trailer : a~~             | 400 close",
        "3~abc~0~no colon~~                  | 400 close",
        "3~abc~0<0a>~                        | 400 close",
    })
    void shouldJudgeChunks(final String body, final String expected) throws IOException {
        assertOutcome(POST + "Transfer-Encoding: chunked~~" + body, expected);
    }

    @ParameterizedTest
    @CsvSource({"0,414", "1,431", "2,431", "3,400", "4,431"})
    void shouldRefuseWhatIsTooLong(final int where, final int expected) throws IOException {
        final String x = "x".repeat(2_000);
        final String request = switch (where) {
            case 0 -> "GET /" + x + " HTTP/1.1~Host: a~~";
            case 1 -> GET + "X-A: " + x + "~~";
            case 2 -> GET + "a:~".repeat(1_000) + "~";
            case 3 -> POST + "Transfer-Encoding: chunked~~1;" + x + "~a~0~~";
            default -> GET + x;
        };
        assertOutcome(request, expected + " close");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "POST /ch/-2 HTTP/1.1~Host: a~Transfer-Encoding: chunked~~                  | 400 close",
        "POST /ch/9223372036854775807 HTTP/1.1~Host: a~Transfer-Encoding: chunked~~ | 400 close",
        "POST /ch/9223372036854775806 HTTP/1.1~Host: a~Content-Length: 1~~a         | 200 open",
        "DELETE /ch/-1 HTTP/1.1~Host: a~~                                           | 400 open",
        "DELETE /ch/9223372036854775807 HTTP/1.1~Host: a~~                          | 400 open",
        "DELETE /ch/7 HTTP/1.1~Host: a~~                                            | 400 open",
        "HEAD /ch/0 HTTP/1.1~Host: a~~                                              | 200 open",
        "CONNECT a:80 HTTP/1.1~Host: a~~                                            | 400 close",
        "OPTIONS * HTTP/1.1~Host: a~~                                               | 200 open",
        "OPTIONS /ch/0 HTTP/1.1~Host: a~~                                           | 405 open",
        "TRACE /ch/0 HTTP/1.1~Host: a~~                                             | 405 open",
        "GET /ch/0 HTTP/1.1~Host: a~Content-Length: 3~~abcGET /ch/0 HTTP/1.1~Host: a~~ | 200 200 open",
        "DELETE /ch/0 HTTP/1.1~Host: a~Transfer-Encoding: chunked~~3~abc~0~~        | 200 open",
    })
    void shouldServeTheUnusual(final String request, final String expected) throws IOException {
        assertOutcome(request, expected);
    }

    private void assertOutcome(final String request, final String expected) throws IOException {
        try (RawConnection connection = new RawConnection(server.port(), 0)) {
            if (request.startsWith("HEAD")) {
                connection.expect("HEAD");
            }
            connection.send(octets(request));
            for (final String part : expected.split(" ")) {
                assertStep(connection, part);
            }
        }
    }

    private static void assertStep(final RawConnection connection, final String expected) throws IOException {
        switch (expected) {
            case "close" -> connection.assertClosed(WITHIN_MS);
            case "open" -> {
                connection.request("GET", "/ch/next", "", octets(""));
                connection.awaitFinalHead(WITHIN_MS);
                assertThat(connection.status()).as("status of the next request").isEqualTo(200);
            }
            default -> {
                connection.awaitFinalHead(WITHIN_MS);
                assertThat(connection.status()).isEqualTo(Integer.parseInt(expected));
                connection.awaitBody(WITHIN_MS);
            }
        }
    }

    /** The octets of a text of the tables. */
    static byte[] octets(final String text) {
        final StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '~') {
                out.append("\r\n");
            } else if (c == '<') {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                out.append(c);
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
