package dev.rill.frame.batch;

import dev.rill.frame.codec.MediaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The files of one batch: the body that came in, and the result until it is complete. Both are readable by this user
 * only and gone when this is closed.
 */
final class BatchFiles implements AutoCloseable {
    private static final int CHUNK = 1 << 16;

    private final Path body;
    private final Path part;
    private final Path target;

    private BatchFiles(final Path body, final Path part, final Path target) {
        this.body = body;
        this.part = part;
        this.target = target;
    }

    static BatchFiles prepare(final BatchContext context) {
        Path body = null;
        try {
            if (context.inputBody() != null) {
                body = Files.createTempFile("rill-batch-", ".in");
                copy(context.inputBody(), body, context.maxBodyBytes());
            }
            return new BatchFiles(body, createPart(context), context.output());
        } catch (final IOException ex) {
            delete(body);
            throw new MediaException("body: cannot be kept: " + ex, ex);
        } catch (final RuntimeException ex) {
            delete(body);
            throw ex;
        }
    }

    /** In the folder of the result, so that it can take its place in one step. */
    private static Path createPart(final BatchContext context) {
        final Path target = context.output();
        try {
            if (target == null) {
                return Files.createTempFile("rill-batch-", "." + context.outputExtension());
            }
            if (Files.isDirectory(target) || target.getFileName() == null) {
                throw new MediaException("result " + target + ": expected a file, actual directory");
            }
            final String name = target.getFileName().toString();
            final int dot = name.lastIndexOf('.');
            final Path folder = target.toAbsolutePath().getParent();
            return Files.createTempFile(folder, "." + name + ".", dot < 0 ? "" : name.substring(dot));
        } catch (final IOException ex) {
            final Path folder = target == null ? null : target.toAbsolutePath().getParent();
            throw new MediaException("result " + (target == null ? "body" : target) + ": cannot be created: "
                + (folder != null && !Files.isDirectory(folder) ? "directory " + folder + " does not exist" : ex), ex);
        }
    }

    private static void copy(final InputStream from, final Path to, final long maxBytes) throws IOException {
        final byte[] chunk = new byte[CHUNK];
        long length = 0;
        try (OutputStream out = Files.newOutputStream(to)) {
            int read = from.read(chunk);
            while (read >= 0) {
                length += read;
                if (length > maxBytes) {
                    throw new MediaException("body: expected at most " + maxBytes + " bytes, actual more");
                }
                out.write(chunk, 0, read);
                read = from.read(chunk);
            }
        }
    }

    /** What to open as the input, or null if that is no body. */
    String input() {
        return body == null ? null : body.toString();
    }

    /** Where the result is written. */
    Path part() {
        return part;
    }

    /** Puts the complete result where it belongs. */
    void deliver(final OutputStream outputBody) {
        try {
            if (target == null) {
                Files.copy(part, outputBody);
                outputBody.flush();
            } else {
                makeReadable();
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (final IOException ex) {
            throw new MediaException(
                "result " + (target == null ? "body" : target) + ": cannot be written: " + ex, ex);
        }
    }

    /** A temporary file is this user's alone; a result gets the rights that any new file here gets. */
    private void makeReadable() throws IOException {
        final Path sample = part.resolveSibling(part.getFileName() + ".rights");
        Files.createFile(sample);
        try {
            if (Files.getFileStore(part).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(sample));
            }
        } finally {
            Files.delete(sample);
        }
    }

    @Override
    public void close() {
        delete(body);
        delete(part);
    }

    private static void delete(final Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (final IOException ex) {
            file.toFile().deleteOnExit();
        }
    }
}
