package dev.rill.gpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rill.gpu.internal.NativeLibraryLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** The plug-ins that the build makes beside the simulator. */
final class Plugins {
    private Plugins() {
    }

    /** Skips, with the reason, where there was no compiler. */
    static Path assumePresent(final String name) {
        final String simulator = System.getProperty(NativeLibraryLoader.DRIVER_PROPERTY, "");
        final Path file = Path.of(simulator).resolveSibling(name + ".so");
        final boolean isThere = !simulator.isEmpty() && Files.exists(file);
        if (!isThere) {
            System.out.println("skipped: no plug-in " + file);
        }
        assumeTrue(isThere, "no plug-in " + file);
        return file;
    }
}
