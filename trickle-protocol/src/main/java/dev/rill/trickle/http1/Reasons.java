package dev.rill.trickle.http1;

import java.util.Map;

/** Phrases of the status line; clients use the number only. */
final class Reasons {
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
        Map.entry(100, "Continue"),
        Map.entry(102, "Processing"),
        Map.entry(200, "OK"),
        Map.entry(201, "Created"),
        Map.entry(202, "Accepted"),
        Map.entry(204, "No Content"),
        Map.entry(400, "Bad Request"),
        Map.entry(401, "Unauthorized"),
        Map.entry(402, "Payment Required"),
        Map.entry(403, "Forbidden"),
        Map.entry(404, "Not Found"),
        Map.entry(405, "Method Not Allowed"),
        Map.entry(408, "Request Timeout"),
        Map.entry(409, "Conflict"),
        Map.entry(413, "Content Too Large"),
        Map.entry(414, "URI Too Long"),
        Map.entry(429, "Too Many Requests"),
        Map.entry(431, "Request Header Fields Too Large"),
        Map.entry(470, "Segment Not Available"),
        Map.entry(500, "Internal Server Error"),
        Map.entry(501, "Not Implemented"),
        Map.entry(502, "Bad Gateway"),
        Map.entry(503, "Service Unavailable"),
        Map.entry(504, "Gateway Timeout"),
        Map.entry(505, "HTTP Version Not Supported"));

    private Reasons() {
    }

    static String of(final int status) {
        return PHRASES.getOrDefault(status, "Status");
    }
}
