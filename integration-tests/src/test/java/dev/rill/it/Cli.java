package dev.rill.it;

import dev.rill.harness.Rill;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs the command line in this process and keeps what it says. */
final class Cli {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final int exitCode;

    private Cli(final String... arguments) {
        exitCode = Rill.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    static Cli rill(final String... arguments) {
        return new Cli(arguments);
    }

    int exitCode() {
        return exitCode;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + "\n--- stdout\n" + out + "--- stderr\n" + err;
    }
}
