package dev.rill.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary folder, of this user alone, with the program that runs models; deleted when it is closed. */
final class WorkerFolder implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerFolder.class);
    private static final String PROGRAM = "rill_worker.py";

    private final Path path;

    private WorkerFolder(final Path path) {
        this.path = path;
    }

    static WorkerFolder create() throws IOException {
        final WorkerFolder folder = new WorkerFolder(Files.createTempDirectory("rill-worker-"));
        try (InputStream program = WorkerFolder.class.getResourceAsStream(PROGRAM)) {
            Files.copy(program, folder.program());
            return folder;
        } catch (final IOException | RuntimeException ex) {
            folder.close();
            throw ex;
        }
    }

    Path path() {
        return path;
    }

    Path program() {
        return path.resolve(PROGRAM);
    }

    @Override
    public void close() {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            final List<Path> inside = files.toList();
            for (final Path file : inside) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (final IOException ex) {
            LOGGER.warn("worker folder not deleted path={} reason={}", path, ex.toString());
        }
    }
}
