package dev.rill.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.function.Consumer;

/** Reads lines of which it keeps no more than their beginning: whoever writes them is not to be trusted with memory. */
final class BoundedLines {
    private BoundedLines() {
    }

    /**
     * Reads to the end.
     *
     * @param text      closed by the caller.
     * @param maxLength characters of a line that are kept.
     * @param lines     gets each line that is not blank, without white space around it.
     * @throws IOException if reading fails.
     */
    static void read(final Reader text, final int maxLength, final Consumer<String> lines) throws IOException {
        final BufferedReader characters = new BufferedReader(text);
        final StringBuilder line = new StringBuilder(maxLength);
        for (int next = characters.read(); next >= 0; next = characters.read()) {
            if (next == '\n') {
                take(line, lines);
            } else if (line.length() < maxLength) {
                line.append((char) next);
            }
        }
        take(line, lines);
    }

    private static void take(final StringBuilder line, final Consumer<String> lines) {
        final String kept = line.toString().strip();
        line.setLength(0);
        if (!kept.isEmpty()) {
            lines.accept(kept);
        }
    }
}
