package dev.rill.harness;

import dev.rill.frame.sink.FileSink;
import dev.rill.frame.sink.ResultSink;
import java.nio.file.Path;

/** Opens results as typed. */
final class Sinks {
    private Sinks() {
    }

    static ResultSink open(final Path file) {
        return FileSink.open(file);
    }
}
