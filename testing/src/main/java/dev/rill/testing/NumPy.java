package dev.rill.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A Python interpreter with NumPy: the one that the property {@value #PROPERTY} names, the system's, or one of a
 * virtual environment that is made in the build folder.
 */
public final class NumPy {
    /** Names an interpreter. */
    public static final String PROPERTY = "rill.test.python";

    private static final String SYSTEM = "python3";
    private static final String PACKAGE = "numpy>=1.26,<3";
    private static final Path ENVIRONMENT = Path.of("target", "python-numpy").toAbsolutePath();
    private static final long LIMIT_S = 300;

    private NumPy() {
    }

    /**
     * The interpreter; where there is none the test is skipped, with the reason, or fails if {@code RILL_REQUIRE_PEERS}
     * is 1.
     */
    public static synchronized String interpreter() {
        final String named = System.getProperty(PROPERTY, "");
        final String own = ENVIRONMENT.resolve("bin").resolve("python").toString();
        for (final String candidate : named.isEmpty() ? List.of(SYSTEM, own) : List.of(named)) {
            if (hasNumPy(candidate)) {
                return candidate;
            }
        }
        if (named.isEmpty() && succeeds(SYSTEM, "-m", "venv", "--clear", ENVIRONMENT.toString())
            && succeeds(own, "-m", "pip", "install", "-q", "--disable-pip-version-check", PACKAGE) && hasNumPy(own)) {
            return own;
        }
        final String reason = "no Python with NumPy here, and none can be installed";
        if ("1".equals(System.getenv("RILL_REQUIRE_PEERS"))) {
            throw new IllegalStateException(reason);
        }
        System.out.println("skipped: " + reason);
        Assumptions.abort(reason);
        return null;
    }

    private static boolean hasNumPy(final String interpreter) {
        return succeeds(interpreter, "-c", "import numpy");
    }

    private static boolean succeeds(final String... command) {
        try {
            Files.createDirectories(ENVIRONMENT.getParent());
            final Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            final boolean hasEnded = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
            process.destroyForcibly();
            return hasEnded && process.exitValue() == 0;
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
