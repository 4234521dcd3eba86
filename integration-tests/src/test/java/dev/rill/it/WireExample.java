package dev.rill.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An example of docs/protocol.md: what goes over which connection, in order.
 *
 * @param at    line of the document where it begins.
 * @param setup what must be there before, a word; empty for nothing.
 * @param steps its lines: the letter of the connection, what happens ({@code >}, {@code <}, {@code =}), and, behind a
 *              blank, the text.
 */
record WireExample(int at, String setup, List<String> steps) {
    private static final String BEGIN = "```wire";
    private static final String STEP = "[A-Z][<>=]( .*)?";

    /** All examples of a document. */
    static List<WireExample> allOf(final List<String> document) {
        final List<WireExample> examples = new ArrayList<>();
        for (int at = 0; at < document.size(); at++) {
            if (document.get(at).startsWith(BEGIN)) {
                final List<String> rest = document.subList(at + 1, document.size());
                final List<String> steps = List.copyOf(rest.subList(0, rest.indexOf("```")));
                examples.add(new WireExample(at + 1, document.get(at).substring(BEGIN.length()).trim(), steps));
            }
        }
        return examples;
    }

    /** Plays steps against a server on this machine, each connection opened by its first step. */
    static void play(final List<String> steps, final int port, final Map<String, WireConnection> connections)
        throws IOException {
        int next = 0;
        while (next < steps.size()) {
            final String kind = kind(steps.get(next));
            final List<String> texts = new ArrayList<>();
            do {
                texts.add(text(steps.get(next++)));
            } while (next < steps.size() && kind(steps.get(next)).equals(kind));
            act(kind.charAt(1), texts, connection(kind.substring(0, 1), port, connections));
        }
    }

    /** Plays this example against a server that is set up for it. */
    void play(final int port, final List<String> before) throws IOException {
        final Map<String, WireConnection> connections = new TreeMap<>();
        try {
            play(before, port, connections);
            play(steps, port, connections);
        } finally {
            for (final WireConnection connection : connections.values()) {
                connection.close();
            }
        }
    }

    private static void act(final char kind, final List<String> texts, final WireConnection connection)
        throws IOException {
        if (kind == '>') {
            connection.send(texts);
        } else if (kind == '<') {
            connection.expect(texts);
        } else if (texts.equals(List.of("parked"))) {
            connection.expectSilence();
        } else if (texts.equals(List.of("closed"))) {
            connection.expectEnd();
        } else {
            throw new IllegalArgumentException("step: expected parked or closed, actual " + texts);
        }
    }

    private static WireConnection connection(
        final String name, final int port, final Map<String, WireConnection> connections) throws IOException {
        if (!connections.containsKey(name)) {
            connections.put(name, new WireConnection(port));
        }
        return connections.get(name);
    }

    private static String kind(final String step) {
        if (!step.matches(STEP)) {
            throw new IllegalArgumentException("step: expected " + STEP + ", actual " + step);
        }
        return step.substring(0, 2);
    }

    private static String text(final String step) {
        return step.length() > 2 ? step.substring(3) : "";
    }

    @Override
    public String toString() {
        return "line " + at + (setup.isEmpty() ? "" : ", " + setup);
    }
}
