package dev.rill.harness;

import java.io.FilterInputStream;
import java.io.InputStream;

/** Opens what is read from. */
final class InputFile {
    private InputFile() {
    }

    /** Standard input as bytes; closing it does nothing, because it belongs to the process. */
    static InputStream standardInput() {
        return new FilterInputStream(System.in) {
            @Override
            public void close() {
                // The process closes it.
            }
        };
    }
}
