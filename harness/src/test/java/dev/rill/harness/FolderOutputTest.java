package dev.rill.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderOutputTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteEachSegmentIntoAFileOfItsOwn() throws IOException {
        Files.writeString(folder.resolve("000000008.json"), "what an earlier run left");
        try (FolderOutput output = new FolderOutput(folder)) {
            write(output, 7, "{\"a\":", "1}");
            write(output, 8);
        }

        assertThat(folder.resolve("000000007.json")).hasContent("{\"a\":1}");
        assertThat(folder.resolve("000000008.json")).isEmptyFile();
    }

    @Test
    void shouldNameFilesByContentType() {
        assertThat(FolderOutput.fileName(42, "video/MP2T")).isEqualTo("000000042.ts");
        assertThat(FolderOutput.fileName(0, "application/json; charset=utf-8")).isEqualTo("000000000.json");
        assertThat(FolderOutput.fileName(1, "text/plain")).isEqualTo("000000001.txt");
        assertThat(FolderOutput.fileName(1, "application/jsonl")).isEqualTo("000000001.jsonl");
        assertThat(FolderOutput.fileName(12_345_678_901L, "")).isEqualTo("12345678901.bin");
    }

    private static void write(final FolderOutput output, final long sequence, final String... parts)
        throws IOException {
        output.begin(sequence, "application/json");
        for (final String part : parts) {
            output.write(ByteBuffer.wrap(part.getBytes(UTF_8)));
        }
        output.end();
    }
}
