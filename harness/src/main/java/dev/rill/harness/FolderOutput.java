package dev.rill.harness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Writes each segment into a file of its own, named by its number and its content type. One thread. */
final class FolderOutput implements SegmentOutput {
    private final Path folder;
    private FileChannel file;

    /**
     * @param folder must exist; files in it are overwritten.
     */
    FolderOutput(final Path folder) {
        this.folder = folder;
    }

    /** Name of the file of a segment, for instance {@code 000000042.ts}; sorts by number. */
    static String fileName(final long sequence, final String contentType) {
        return "%09d.%s".formatted(sequence, extension(contentType));
    }

    @Override
    public void begin(final long sequence, final String contentType) throws IOException {
        close();
        file = FileChannel.open(folder.resolve(fileName(sequence, contentType)),
            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    @Override
    public void write(final ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void end() throws IOException {
        close();
    }

    @Override
    public void flush() {
        // Files hold nothing back.
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private static String extension(final String contentType) {
        final String type = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "video/mp2t", "audio/mp2t" -> "ts";
            case "application/json" -> "json";
            case "application/jsonl", "application/x-ndjson" -> "jsonl";
            case "text/plain" -> "txt";
            default -> "bin";
        };
    }
}
