package dev.rill.harness;

import dev.rill.gpu.Model;

/** A model as people write it: its kind, a colon, and what that kind calls it. */
final class ModelText {
    /** For help texts and complaints. */
    static final String KINDS = "builtin:NAME";

    private ModelText() {
    }

    /**
     * Finds or opens the model.
     *
     * @throws IllegalArgumentException if there is none, in words.
     */
    static Model open(final String text) {
        final int colon = text.indexOf(':');
        final String kind = colon < 0 ? "" : text.substring(0, colon);
        final String what = text.substring(colon + 1);
        return switch (kind) {
            case "builtin" -> Model.builtIn(what);
            default -> throw new IllegalArgumentException("'" + text + "': expected " + KINDS);
        };
    }
}
