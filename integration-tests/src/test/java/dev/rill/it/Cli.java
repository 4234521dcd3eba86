package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.harness.Rill;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

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

    /** The one line that says what is wrong; fails unless there is exactly one, and no stack trace. */
    String complaint() {
        assertThat(err().lines().filter(line -> line.startsWith("\tat ") || line.contains("Exception")))
            .as("no stack trace; " + this).isEmpty();
        final List<String> complaints = err().lines().filter(line -> line.startsWith("rill: ")).toList();
        assertThat(complaints).as(toString()).hasSize(1);
        return complaints.get(0);
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + "\n--- stdout\n" + out + "--- stderr\n" + err;
    }
}
