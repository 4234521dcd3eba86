package dev.rill.harness;

import dev.rill.jobs.JobException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens files to write to, with one clear line when that cannot be. */
final class OutputFile {
    private OutputFile() {
    }

    static OutputStream open(final Path path) {
        requireWritable(path);
        try {
            return new BufferedOutputStream(Files.newOutputStream(path));
        } catch (final IOException e) {
            throw new JobException("cannot write " + path + ": " + e.getMessage(), e);
        }
    }

    /** Standard output as bytes; closing it flushes only, because it belongs to the process. */
    static OutputStream standardOutput() {
        return new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)) {
            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    /** Fails when the folder does not exist or the path is a folder. */
    static void requireWritable(final Path path) {
        final Path folder = path.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new JobException(500, "cannot write " + path + ": no folder " + folder);
        }
        if (Files.isDirectory(path) || Files.exists(path) && !Files.isWritable(path)) {
            throw new JobException(500, "cannot write " + path + ": not a writable file");
        }
    }
}
