package dev.rill.harness;

import dev.rill.jobs.JobException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Publishes each file as one segment, byte by byte as it is. One thread. */
final class FileSegments {
    private static final int CHUNK = 64 * 1024;

    private final List<Path> files;

    /**
     * @param files in the order of their segments.
     * @throws JobException when one of them cannot be read, before anything is published.
     */
    FileSegments(final List<Path> files) {
        this.files = files;
        for (final Path file : files) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new JobException(500, "cannot read " + file + ": not a readable file");
            }
        }
    }

    /** Publishes all files, or until the feed is cancelled. */
    void run(final SegmentFeed feed) {
        final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (final Path file : files) {
            if (!feed.isCancelled()) {
                publish(file, chunk, feed);
            }
        }
    }

    private static void publish(final Path file, final ByteBuffer chunk, final SegmentFeed feed) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            feed.begin();
            while (channel.read(chunk.clear()) >= 0 && !feed.isCancelled()) {
                feed.write(chunk.flip());
            }
            feed.end();
        } catch (final IOException e) {
            throw new JobException("cannot read " + file + ": " + Failures.describe(e), e);
        }
    }
}
