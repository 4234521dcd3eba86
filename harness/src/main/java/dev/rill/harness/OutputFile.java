package dev.rill.harness;

import dev.rill.jobs.JobException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Opens files to write to, with one clear line when that cannot be. */
final class OutputFile {
    private static final int MAX_LINKS = 40;
    private static final String FILE_SCHEME = "file:";

    private OutputFile() {
    }

    static OutputStream open(final Path path) {
        requireWritable(path);
        try {
            return new BufferedOutputStream(Files.newOutputStream(path));
        } catch (final IOException e) {
            throw new JobException("cannot write " + path + ": " + Failures.describe(e), e);
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

    /**
     * Whether writing to {@code path} would destroy what is read from, or written to, {@code other}: one file under
     * two names, symbolic and hard links included.
     *
     * @param path  need not exist.
     * @param other file name, or a URL; only one of scheme {@code file} can be the same.
     */
    static boolean isSame(final Path path, final String other) {
        final String name = other.startsWith(FILE_SCHEME + "//") ? other.substring(FILE_SCHEME.length()) : other;
        if (name.contains("://")) {
            return false;
        }
        try {
            final Path otherPath = Path.of(name);
            return target(path, MAX_LINKS).equals(target(otherPath, MAX_LINKS))
                || Files.exists(path) && Files.exists(otherPath) && Files.isSameFile(path, otherPath);
        } catch (final InvalidPathException | IOException e) {
            return false; // What cannot be looked up cannot be opened either, and says so when it is.
        }
    }

    /** Follows links also when what they lead to does not exist yet. */
    private static Path target(final Path path, final int linksLeft) throws IOException {
        final Path absolute = path.toAbsolutePath();
        if (Files.exists(absolute)) {
            return absolute.toRealPath();
        }
        if (Files.isSymbolicLink(absolute) && linksLeft > 0) {
            return target(absolute.resolveSibling(Files.readSymbolicLink(absolute)), linksLeft - 1);
        }
        final Path folder = absolute.getParent();
        return folder != null && Files.exists(folder)
            ? folder.toRealPath().resolve(absolute.getFileName()) : absolute.normalize();
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
