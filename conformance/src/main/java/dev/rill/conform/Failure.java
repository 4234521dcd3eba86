package dev.rill.conform;

/**
 * Why and where a scenario failed.
 *
 * @param step     position in the scenario, from 0; of a repeated step {@code 3[i=7].1}; empty before the first.
 * @param action   the step as it is written in the scenario, with its names filled in.
 * @param what     thing that was looked at.
 * @param expected what should have been there.
 * @param actual   what was there.
 * @param received the last bytes that came, printable; empty if none.
 */
public record Failure(
    String step, String action, String what, String expected, String actual, String received) {

    /** The failure on one line. */
    public String summary() {
        final String place = step.isEmpty() ? "" : "step " + step + ": ";
        return place + what + ": expected " + expected + ", actual " + actual;
    }
}
