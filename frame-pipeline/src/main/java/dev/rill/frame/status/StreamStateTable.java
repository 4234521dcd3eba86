package dev.rill.frame.status;

import java.util.List;
import java.util.function.Predicate;

/**
 * The state of a stream as a table: the first row that holds decides. Live-session specification, section 16, with its
 * defects left out: an unknown rate does not degrade.
 */
public final class StreamStateTable {
    /** Without input for so long, a stream should be stopped. */
    public static final long INPUT_LOST_MS = 60_000;

    private static final long LOADING_LIMIT_MS = 180_000;
    private static final long OFFLINE_AFTER_MS = 3_000;
    private static final long INPUT_DEAD_MS = 90_000;
    private static final long SETTLING_MS = 2_000;
    private static final long FIRST_OUTPUT_LIMIT_MS = 10_000;
    private static final long OUTPUT_DEAD_MS = 5_000;
    private static final long OUTPUT_BEHIND_INPUT_MS = 1_000;
    private static final long ERROR_MEMORY_MS = 15_000;
    private static final long RESTART_MEMORY_MS = 60_000;
    private static final long GAP_MS = 2_000;
    private static final double LEAST_INPUT_FPS = 15;
    private static final double LEAST_OUTPUT_FPS = 10;
    private static final double LEAST_OUTPUT_SHARE = 0.8;

    private static final List<Row> ROWS = List.of(
        new Row("1", StreamVitals::failed, StreamState.ERROR),
        new Row("2", vitals -> !vitals.ready() && vitals.settledMs() > LOADING_LIMIT_MS, StreamState.ERROR),
        new Row("3", vitals -> !vitals.ready(), StreamState.LOADING),
        new Row("4", vitals -> !vitals.running() && vitals.inputAgeMs() >= OFFLINE_AFTER_MS, StreamState.OFFLINE),
        new Row("4b", vitals -> !vitals.running(), StreamState.DEGRADED_INPUT),
        new Row("5b", vitals -> vitals.inputAgeMs() > INPUT_DEAD_MS, StreamState.ERROR),
        new Row("5", vitals -> vitals.inputAgeMs() > INPUT_LOST_MS, StreamState.DEGRADED_INPUT),
        new Row("6", vitals -> isUnanswered(vitals) && vitals.settledMs() < SETTLING_MS, StreamState.ONLINE),
        new Row("7", vitals -> isUnanswered(vitals) && vitals.inputAgeMs() > vitals.settledMs(),
            StreamState.DEGRADED_INPUT),
        new Row("8", vitals -> isUnanswered(vitals) && vitals.settledMs() < FIRST_OUTPUT_LIMIT_MS,
            StreamState.DEGRADED_INFERENCE),
        new Row("8b", StreamStateTable::isUnanswered, StreamState.ERROR),
        new Row("9", vitals -> vitals.outputAgeMs() > OUTPUT_DEAD_MS
            && vitals.outputAgeMs() > vitals.inputAgeMs() + OUTPUT_BEHIND_INPUT_MS, StreamState.ERROR),
        new Row("10", vitals -> vitals.errorAgeMs() < ERROR_MEMORY_MS || vitals.restartAgeMs() < RESTART_MEMORY_MS,
            StreamState.DEGRADED_INFERENCE),
        new Row("11", vitals -> vitals.inputAgeMs() > GAP_MS || vitals.inputFps() < LEAST_INPUT_FPS,
            StreamState.DEGRADED_INPUT),
        new Row("12", vitals -> vitals.outputAgeMs() > GAP_MS || vitals.outputFps() < leastOutputFps(vitals),
            StreamState.DEGRADED_INFERENCE),
        new Row("13", vitals -> true, StreamState.ONLINE));

    private StreamStateTable() {
    }

    /**
     * One row.
     *
     * @param number number of the specification; a letter marks what it says in the same row.
     * @param holds  when it applies, if none before it does.
     * @param state  what it says.
     */
    record Row(String number, Predicate<StreamVitals> holds, StreamState state) {
    }

    /**
     * State of a stream.
     *
     * @param vitals as they are now.
     * @return what the first row that holds says.
     */
    public static StreamState stateOf(final StreamVitals vitals) {
        return rowOf(vitals).state();
    }

    static Row rowOf(final StreamVitals vitals) {
        for (final Row row : ROWS) {
            if (row.holds().test(vitals)) {
                return row;
            }
        }
        throw new IllegalStateException("no row for " + vitals);
    }

    static List<Row> rows() {
        return ROWS;
    }

    /** Whether nothing came out since the stream settled. */
    private static boolean isUnanswered(final StreamVitals vitals) {
        return vitals.outputAgeMs() >= vitals.settledMs();
    }

    private static double leastOutputFps(final StreamVitals vitals) {
        return Double.isNaN(vitals.inputFps()) ? LEAST_OUTPUT_FPS
            : Math.min(LEAST_OUTPUT_FPS, LEAST_OUTPUT_SHARE * vitals.inputFps());
    }
}
