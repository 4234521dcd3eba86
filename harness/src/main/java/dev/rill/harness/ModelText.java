package dev.rill.harness;

import dev.rill.gpu.Model;
import dev.rill.gpu.OnnxContext;
import dev.rill.gpu.WorkerContext;
import java.nio.file.Path;

/** A model as people write it: its kind, a colon, and what that kind calls it. */
final class ModelText {
    /** For help texts and complaints. */
    static final String KINDS = "builtin:NAME, onnx:FILE, worker:FILE.py or plugin:FILE.so";

    private ModelText() {
    }

    /**
     * Finds or opens the model.
     *
     * @param text   as typed.
     * @param python interpreter of workers, or null for the default.
     * @throws IllegalArgumentException if there is none, in words.
     */
    static Model open(final String text, final String python) {
        final int colon = text.indexOf(':');
        final String kind = colon < 0 ? "" : text.substring(0, colon);
        final String what = text.substring(colon + 1);
        return switch (kind) {
            case "builtin" -> Model.builtIn(what);
            case "onnx" -> Model.onnx(new OnnxContext().file(Path.of(what)));
            case "plugin" -> Model.plugin(Path.of(what));
            case "worker" -> Model.worker(worker(what, python));
            default -> throw new IllegalArgumentException("'" + text + "': expected " + KINDS);
        };
    }

    private static WorkerContext worker(final String file, final String python) {
        final WorkerContext context = new WorkerContext().script(Path.of(file));
        return python == null ? context : context.python(python);
    }
}
