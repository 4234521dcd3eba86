package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.jobs.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path folder;

    @Test
    void shouldSeeOneFileUnderTwoNames() throws IOException {
        final Path file = Files.createFile(folder.resolve("a.ts"));
        final Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic.ts"), Path.of("a.ts"));
        final Path hard = Files.createLink(folder.resolve("hard.ts"), file);
        final Path linkedFolder = Files.createSymbolicLink(folder.resolve("folder"), folder);

        assertThat(OutputFile.isSame(file, file.toString())).isTrue();
        assertThat(OutputFile.isSame(folder.resolve("./x/../a.ts"), file.toString())).isTrue();
        assertThat(OutputFile.isSame(symbolic, file.toString())).isTrue();
        assertThat(OutputFile.isSame(file, symbolic.toString())).isTrue();
        assertThat(OutputFile.isSame(hard, file.toString())).isTrue();
        assertThat(OutputFile.isSame(linkedFolder.resolve("a.ts"), file.toString())).isTrue();
        assertThat(OutputFile.isSame(file, "file://" + file)).isTrue();
    }

    @Test
    void shouldSeeOneFileUnderTwoNamesBeforeItExists() throws IOException {
        final Path file = folder.resolve("later.json");
        final Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic.ts"), file);
        final Path linkedFolder = Files.createSymbolicLink(folder.resolve("folder"), folder);

        assertThat(OutputFile.isSame(file, file.toString())).isTrue();
        assertThat(OutputFile.isSame(symbolic, file.toString())).isTrue();
        assertThat(OutputFile.isSame(linkedFolder.resolve("later.json"), file.toString())).isTrue();
    }

    @Test
    void shouldTellOtherFilesApart() throws IOException {
        final Path file = Files.createFile(folder.resolve("a.ts"));

        assertThat(OutputFile.isSame(folder.resolve("b.ts"), file.toString())).isFalse();
        assertThat(OutputFile.isSame(Files.createFile(folder.resolve("b.ts")), file.toString())).isFalse();
        assertThat(OutputFile.isSame(file, "test")).isFalse();
        assertThat(OutputFile.isSame(file, "http://127.0.0.1/a.ts")).isFalse();
        assertThat(OutputFile.isSame(file, "\0")).isFalse();
    }

    @Test
    void shouldEndAtLinksThatFormALoop() throws IOException {
        final Path one = folder.resolve("one");
        final Path two = Files.createSymbolicLink(folder.resolve("two"), one);
        Files.createSymbolicLink(one, two);

        assertThat(OutputFile.isSame(one, folder.resolve("three").toString())).isFalse();
    }

    @Test
    void shouldRefuseWhatCannotBeWritten() {
        assertThatThrownBy(() -> OutputFile.requireWritable(folder.resolve("missing/out.ts")))
            .isInstanceOf(JobException.class).hasMessageContaining("no folder " + folder.resolve("missing"));
        assertThatThrownBy(() -> OutputFile.requireWritable(folder)).isInstanceOf(JobException.class)
            .hasMessageContaining(folder + ": not a writable file");
    }
}
