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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels that are committed as text: old enough for the drivers in the field, complete, and of their source. */
class KernelTextTest {
    private static final Path NATIVE = Path.of("../native/src/main");
    private static final Path TEXT = NATIVE.resolve("cuda/kernels.ptx");
    private static final Path TENSORS = NATIVE.resolve("cuda/tensors.ptx");

    @TempDir
    private Path folder;

    @BeforeEach
    void assumeSources() {
        if (!Files.exists(TEXT)) {
            System.out.println("skipped: no sources of the native library beside this module");
        }
        assumeTrue(Files.exists(TEXT), "no sources of the native library beside this module");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldBeOfAVersionThatDriversOfCuda12Know(final Path file) throws IOException {
        final String text = Files.readString(file);

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
        assertThat(matches(Files.readString(TENSORS), "\\.entry (\\w+)"))
            .containsExactlyInAnyOrder("rill_tensor_in", "rill_tensor_out");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldBeWhatTheLibraryCarries(final Path file) throws IOException {
        final String header = file.equals(TEXT) ? "c/rill_ptx.h" : "c/rill_tensor_ptx.h";
        final StringBuilder carried = new StringBuilder();
        for (final String line : matches(Files.readString(NATIVE.resolve(header)), "(?m)^    \"(.*)\"$")) {
            carried.append(line.replace("\\n", "\n").replace("\\t", "\t").replace("\\\"", "\"").replace("\\\\", "\\"));
        }

        assertThat(carried.toString()).isEqualTo(Files.readString(file));
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
        assertThat(folder.resolve("tensors.ptx")).hasSameTextualContentAs(TENSORS);
    }

    private static List<Path> texts() {
        return List.of(TEXT, TENSORS);
    }

    private static List<String> matches(final String text, final String pattern) {
        return Pattern.compile(pattern).matcher(text).results().map(KernelTextTest::group).toList();
    }

    private static String group(final MatchResult match) {
        return match.group(1);
    }
}
