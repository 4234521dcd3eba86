package dev.rill.frame.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/** Live-session specification, section 16, row by row and at its borders (LS-48). */
class StreamStateTableTest {
    private static final String VITALS = """
        # row, failed, ready, running, settled, input, output, error, restart, inFps, outFps, state
        1,  true,  true,  true,  5000,  10,    10,    never, never, 30, 30, ERROR
        1,  true,  false, false, 5000,  never, never, never, never, ?,  ?,  ERROR
        2,  false, false, true,  180001, 10,   never, never, never, 30, ?,  ERROR
        3,  false, false, true,  180000, 10,   never, never, never, 30, ?,  LOADING
        3,  false, false, false, 0,     never, never, never, never, ?,  ?,  LOADING
        4,  false, true,  false, 0,     3000,  3000,  never, never, ?,  ?,  OFFLINE
        4b, false, true,  false, 0,     2999,  2999,  never, never, ?,  ?,  DEGRADED_INPUT
        5b, false, true,  true,  99999, 90001, 90001, never, never, 0,  0,  ERROR
        5,  false, true,  true,  99999, 90000, 90000, never, never, 0,  0,  DEGRADED_INPUT
        5,  false, true,  true,  99999, 60001, 60001, never, never, 0,  0,  DEGRADED_INPUT
        6,  false, true,  true,  0,     10,    never, never, never, ?,  ?,  ONLINE
        6,  false, true,  true,  1999,  10,    1999,  never, never, ?,  ?,  ONLINE
        7,  false, true,  true,  2000,  2001,  never, never, never, ?,  ?,  DEGRADED_INPUT
        8,  false, true,  true,  2000,  2000,  never, never, never, ?,  ?,  DEGRADED_INFERENCE
        8,  false, true,  true,  9999,  10,    9999,  never, never, 30, 30, DEGRADED_INFERENCE
        8b, false, true,  true,  10000, 10,    10000, never, never, 30, 30, ERROR
        9,  false, true,  true,  99999, 4000,  5001,  never, never, 30, 30, ERROR
        10, false, true,  true,  99999, 10,    20,    14999, never, 30, 30, DEGRADED_INFERENCE
        10, false, true,  true,  99999, 10,    20,    never, 59999, 30, 30, DEGRADED_INFERENCE
        11, false, true,  true,  99999, 4001,  5001,  never, never, 30, 30, DEGRADED_INPUT
        11, false, true,  true,  99999, 2001,  2001,  15000, 60000, 30, 30, DEGRADED_INPUT
        11, false, true,  true,  99999, 10,    20,    never, never, 14.9, 30, DEGRADED_INPUT
        12, false, true,  true,  99999, 1500,  2001,  never, never, 30, 30, DEGRADED_INFERENCE
        12, false, true,  true,  99999, 10,    20,    never, never, 30, 9.9, DEGRADED_INFERENCE
        12, false, true,  true,  99999, 10,    20,    never, never, ?,  9.9, DEGRADED_INFERENCE
        13, false, true,  true,  99999, 2000,  2000,  15000, 60000, 15, 10, ONLINE
        13, false, true,  true,  99999, 10,    20,    never, never, ?,  ?,  ONLINE
        """;

    @ParameterizedTest
    @CsvSource(textBlock = VITALS, nullValues = "?")
    void shouldSayWhatTheFirstRowThatHoldsSays(
        final ArgumentsAccessor line) {
        final StreamVitals vitals = new StreamVitals(line.getBoolean(1), line.getBoolean(2), line.getBoolean(3),
            line.getLong(4), age(line.getString(5)), age(line.getString(6)), age(line.getString(7)),
            age(line.getString(8)), rate(line.getDouble(9)), rate(line.getDouble(10)));

        assertThat(StreamStateTable.rowOf(vitals).number()).as("row for %s", vitals).isEqualTo(line.getString(0));
        assertThat(StreamStateTable.stateOf(vitals)).isEqualTo(StreamState.valueOf(line.getString(11)));
    }

    @Test
    void shouldTryEveryRow() {
        final Set<String> tried = new HashSet<>();
        VITALS.lines().filter(line -> !line.isBlank() && !line.strip().startsWith("#"))
            .forEach(line -> tried.add(line.split(",")[0].strip()));

        assertThat(tried).containsAll(StreamStateTable.rows().stream().map(StreamStateTable.Row::number).toList());
    }

    private static long age(final String text) {
        return "never".equals(text) ? StreamVitals.NEVER : Long.parseLong(text);
    }

    private static double rate(final Double rate) {
        return rate == null ? Double.NaN : rate;
    }
}
