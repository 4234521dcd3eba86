package dev.rill.frame.sink;

import dev.rill.frame.codec.MediaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Opens result files; the extension chooses the container. */
public final class FileSink {
    private static final Map<String, String> CONTAINERS = Map.of("ts", "mpegts", "mp4", "mp4", "mov", "mov",
        "mkv", "matroska", "m4a", "ipod", "mka", "matroska", "ogg", "ogg", "opus", "ogg");
    private static final String EXPECTED =
        "expected a name that ends in .ts, .mp4, .mov or .mkv, or .m4a, .mka, .ogg or .opus for sound";

    private FileSink() {
    }

    /**
     * Creates a result file, replacing one that exists.
     * <p>
     * {@code .ts} gets the segments one behind the other, as they are, and can be played at any moment. The others are
     * remuxed, nothing is transcoded, and {@code .ogg} and {@code .opus} hold Opus alone; their times begin at 0, and
     * they are complete only once closed.
     *
     * @param path name of the file.
     * @return the sink; close it.
     * @throws MediaException if the extension is unknown or the file cannot be created.
     */
    public static ResultSink open(final Path path) {
        final String extension = extensionOf(path);
        return extension.equals("ts") ? openTs(path) : RemuxSink.open(path, CONTAINERS.get(extension));
    }

    /**
     * Checks a name without creating anything.
     *
     * @param path name of the file.
     * @throws MediaException if it is that of a directory, or its extension is unknown.
     */
    public static void check(final Path path) {
        extensionOf(path);
    }

    private static String extensionOf(final Path path) {
        final Path name = path.getFileName();
        if (name == null || Files.isDirectory(path)) {
            throw new MediaException("result " + path + ": " + EXPECTED + ", actual directory");
        }
        final String text = name.toString();
        final int dot = text.lastIndexOf('.');
        final String extension = dot < 0 ? "" : text.substring(dot + 1).toLowerCase(Locale.ROOT);
        if (!CONTAINERS.containsKey(extension)) {
            throw new MediaException("result " + path + ": " + EXPECTED + ", actual "
                + (extension.isEmpty() ? "no extension" : "." + extension));
        }
        return extension;
    }

    private static ResultSink openTs(final Path path) {
        try {
            return new StreamSink(path.toString(), Files.newOutputStream(path), true);
        } catch (final IOException | UncheckedIOException ex) {
            throw cannotCreate(path, ex);
        }
    }

    static MediaException cannotCreate(final Path path, final Exception cause) {
        final Path parent = path.toAbsolutePath().getParent();
        final String reason = parent != null && !Files.isDirectory(parent)
            ? "directory " + parent + " does not exist" : cause.toString();
        return new MediaException("result " + path + ": cannot be created: " + reason, cause);
    }
}
