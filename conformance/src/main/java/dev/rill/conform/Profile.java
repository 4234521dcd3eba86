package dev.rill.conform;

/**
 * A configuration of a server that some scenarios need.
 *
 * @param name     for instance {@code auto}.
 * @param settings {@code basePath}, {@code autocreate}, {@code changefeed}, and what the profile is about:
 *                 {@code idleTimeoutMs}, {@code sweepIntervalMs}, {@code abortGraceMs}, {@code gapGraceMs},
 *                 {@code closeLingerMs}, {@code hooks}.
 */
public record Profile(String name, JsonObject settings) {
    /** Path before the channel names, with a slash at both ends. */
    public String basePath() {
        return settings.text("basePath", "/");
    }

    /** True if each scenario needs a server that nobody has used before. */
    public boolean isFreshPerScenario() {
        return settings.flag("freshPerScenario");
    }
}
