package dev.rill.harness;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.FileSink;
import dev.rill.frame.sink.ResultSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where renditions go, as typed: a file name with {@code {name}} in it, one file, or a folder. */
final class RenditionPlaces implements RenditionTargets {
    private static final String NAME = "{name}";

    private final String pattern;
    private final boolean segments;

    RenditionPlaces(final String out, final boolean segments) {
        this.segments = segments;
        if (segments) {
            pattern = out.contains(NAME) ? out : Path.of(out, NAME).toString();
        } else {
            pattern = isOneFile(out) || out.contains(NAME) ? out : Path.of(out, NAME + ".ts").toString();
        }
    }

    /** Whether this names one file, for one rendition. */
    static boolean isOneFile(final String out) {
        final Path file = Path.of(out).getFileName();
        return !out.contains(NAME) && file != null && file.toString().contains(".") && !Files.isDirectory(Path.of(out));
    }

    Path file(final String rendition) {
        return Path.of(pattern.replace(NAME, rendition));
    }

    @Override
    public String target(final String rendition) {
        return file(rendition).toString();
    }

    /** Makes the folders that it needs as well. */
    @Override
    public ResultSink open(final String rendition) {
        final Path file = file(rendition);
        final Path folder = segments ? file : file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
        } catch (final IOException ex) {
            throw new MediaException(
                "result " + folder + ": cannot be created: " + Failures.describe(ex), ex);
        }
        return segments ? new SegmentFiles(folder) : FileSink.open(file);
    }
}
