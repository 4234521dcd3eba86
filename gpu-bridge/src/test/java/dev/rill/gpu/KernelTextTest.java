package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernels that are committed as text: old enough for the drivers in the field, complete, and of their source. */
class KernelTextTest {
    private static final Path NATIVE = Path.of("../native/src/main");
    private static final Path TEXT = NATIVE.resolve("cuda/kernels.ptx");

    @TempDir
    private Path folder;

    @BeforeEach
    void assumeSources() {
        if (!Files.exists(TEXT)) {
            System.out.println("skipped: no sources of the native library beside this module");
        }
        assumeTrue(Files.exists(TEXT), "no sources of the native library beside this module");
    }

    @Test
    void shouldBeOfAVersionThatDriversOfCuda12Know() throws IOException {
        final String text = Files.readString(TEXT);

        assertThat(matches(text, "(?m)^\\.version (\\S+)$")).containsExactly("7.0");
        assertThat(matches(text, "(?m)^\\.target (\\S+)$")).containsExactly("sm_75");
        assertThat(text).as("traces of a compiler's version").doesNotContain("NVVM", "Cuda compilation");
    }

    @Test
    void shouldHaveAnEntryForEveryModel() throws IOException {
        final List<String> entries = matches(Files.readString(TEXT), "\\.entry (\\w+)");

        for (final Model model : Model.builtIns()) {
            assertThat(entries).contains("rill_" + model.name());
        }
        assertThat(entries).contains("rill_complete");
    }

    @Test
    void shouldBeWhatTheLibraryCarries() throws IOException {
        final StringBuilder carried = new StringBuilder();
        for (final String line : matches(Files.readString(NATIVE.resolve("c/rill_ptx.h")), "(?m)^    \"(.*)\"$")) {
            carried.append(line.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"").replace("\\\\", "\\"));
        }

        assertThat(carried.toString()).isEqualTo(Files.readString(TEXT));
    }

    @Test
    void shouldBeMadeOfTheSourceBesideIt() throws IOException, InterruptedException {
        final String compiler = System.getenv().getOrDefault("NVCC", "nvcc");
        final boolean isThere = new ProcessBuilder("sh", "-c", "command -v " + compiler).start().waitFor() == 0;
        if (!isThere) {
            System.out.println("skipped: no nvcc on this machine makes kernels.ptx anew (NVCC names one)");
        }
        assumeTrue(isThere, "no nvcc");

        final Process made = new ProcessBuilder(
            "sh", NATIVE.resolve("cuda/make-ptx.sh").toString(), folder.toString()).inheritIO().start();

        assertThat(made.waitFor()).isZero();
        assertThat(folder.resolve("kernels.ptx")).hasSameTextualContentAs(TEXT);
    }

    private static List<String> matches(final String text, final String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(KernelTextTest::group).toList();
    }

    private static String group(final MatchResult match) {
        return match.group(1);
    }
}
