package dev.rill.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Skips tests of the native library, with the reason, where there is none and the environment does not ask for it. */
final class NativeLibrary {
    private NativeLibrary() {
    }

    static void assumePresent() {
        final String refusal = NativeLibraryLoader.refusal();
        if ("1".equals(System.getenv("RILL_REQUIRE_NATIVE"))) {
            assertThat(refusal).as("RILL_REQUIRE_NATIVE=1").isEmpty();
        }
        assumeTrue(refusal.isEmpty(), "native library skipped: " + refusal);
    }
}
