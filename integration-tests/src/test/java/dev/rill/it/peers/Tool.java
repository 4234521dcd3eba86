package dev.rill.it.peers;

import java.util.function.Supplier;

/** A binary or interpreter that is built when it is first asked for, once. */
final class Tool {
    private final Supplier<String> build;
    private String path;
    private Toolbox.Unavailable unavailable;

    Tool(final Supplier<String> build) {
        this.build = build;
    }

    /**
     * Where the tool is.
     *
     * @throws Toolbox.Unavailable if it could not be built.
     */
    synchronized String path() {
        if (path == null && unavailable == null) {
            try {
                path = build.get();
            } catch (final Toolbox.Unavailable e) {
                unavailable = e;
            }
        }
        if (unavailable != null) {
            throw unavailable;
        }
        return path;
    }
}
