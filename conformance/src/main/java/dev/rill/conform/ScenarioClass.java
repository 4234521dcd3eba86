package dev.rill.conform;

import java.util.Locale;

/** What a scenario asks of a server. */
public enum ScenarioClass {
    /** Needed to interoperate with the clients in the field; the reference server behaves so. */
    CORE,
    /** Better than the reference server, and compatible with every known client. */
    IMPROVED,
    /** Asks something of a publisher or a subscriber. */
    CLIENT;

    /** The name in documents and reports: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
