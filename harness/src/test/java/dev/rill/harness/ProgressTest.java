package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long START_NS = Long.MAX_VALUE - 1_000_000L; // Monotonic time may wrap.

    private final StringWriter text = new StringWriter();
    private final PrintWriter err = new PrintWriter(text);

    @Test
    void shouldBecomeDueAfterEachIntervalAlsoWhenTheClockWraps() {
        final Progress progress = new Progress(err, false, START_NS);

        assertThat(progress.isDue(START_NS)).isFalse();
        assertThat(progress.isDue(START_NS + Progress.LOG_INTERVAL_NS - 1)).isFalse();
        assertThat(progress.isDue(START_NS + Progress.LOG_INTERVAL_NS)).isTrue();

        final long nowNs = START_NS + Progress.LOG_INTERVAL_NS + 7;
        progress.show(nowNs, "a");

        assertThat(progress.isDue(nowNs + Progress.LOG_INTERVAL_NS - 1)).isFalse();
        assertThat(progress.isDue(nowNs + Progress.LOG_INTERVAL_NS)).isTrue();
    }

    @Test
    void shouldPrintLinesWhereNobodyLooksOn() {
        try (Progress progress = new Progress(err, false, 0)) {
            progress.show(1, "one");
            progress.show(2, "two");
        }

        assertThat(text.toString().lines()).containsExactly("one", "two");
        assertThat(text.toString()).doesNotContain("\r");
    }

    @Test
    void shouldRewriteOneLineOnATerminalAndWipeItAtTheEnd() {
        try (Progress progress = new Progress(err, true, 0)) {
            progress.show(1, "a long line");
            progress.show(2, "short");
            assertThat(text.toString()).doesNotContain("\n");
            assertThat(lastState()).isEqualTo("short");
        }

        assertThat(lastState()).isEmpty();
    }

    @Test
    void shouldWipeNothingWhenNothingWasShown() {
        new Progress(err, true, 0).close();

        assertThat(text.toString()).isEmpty();
    }

    @Test
    void shouldMoveFasterOnATerminal() {
        assertThat(new Progress(err, true, 0).isDue(Progress.TERMINAL_INTERVAL_NS)).isTrue();
        assertThat(new Progress(err, false, 0).isDue(Progress.TERMINAL_INTERVAL_NS)).isFalse();
    }

    /** What a terminal shows: each carriage return goes back to the first column. */
    private String lastState() {
        final StringBuilder line = new StringBuilder();
        int column = 0;
        for (final char character : text.toString().toCharArray()) {
            if (character == '\r') {
                column = 0;
            } else {
                line.setLength(Math.max(line.length(), column + 1));
                line.setCharAt(column, character);
                column++;
            }
        }
        return line.toString().strip();
    }
}
