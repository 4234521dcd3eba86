package dev.rill.trickle.server;

import java.nio.charset.StandardCharsets;

/** What one client sends on one connection: creation, publications of both framings, reads, a drop and a close. */
public final class Script {
    private Script() {
    }

    /** Over HTTP/1.1, pipelined; the answers are nine. */
    public static byte[] http1() {
        final String text = "POST /s HTTP/1.1~Host: a~Expect-Content: text/x~Content-Length: 0~~"
            + "POST /s/0 HTTP/1.1~Host: a~Transfer-Encoding: chunked~~5~hello~6;x=y~ world~0~X-Trailer: t~~"
            + "POST /s/1 HTTP/1.1~Host: a~Content-Length: 4~~four"
            + "GET /s/0 HTTP/1.1~Host: a~~"
            + "GET /s/-2?x HTTP/1.1~Host: a~~"
            + "HEAD /s/1 HTTP/1.1~Host: a~~"
            + "GET /s/7 HTTP/1.1~Host: a~~"
            + "DELETE /s/1 HTTP/1.1~Host: a~~"
            + "DELETE /s HTTP/1.1~Host: a~Connection: close~~";
        return text.replace("~", "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
