package dev.rill.frame.sink;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.codec.PictureEncoder;
import dev.rill.gpu.FrameSlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** One still picture as a file: JPEG, PNG or WebP by the extension. Single-threaded. */
public final class PictureFile implements PictureSink {
    /** Quality if none is asked for. */
    public static final int QUALITY_DEFAULT = 90;

    private final Path path;
    private final PictureEncoder.Kind kind;
    private final int quality;
    private boolean written;

    /**
     * Prepares a file; it is created, or replaced, with the picture.
     *
     * @param path    ends in {@code .jpg}, {@code .jpeg}, {@code .png} or {@code .webp}.
     * @param quality 1..100; means nothing to PNG.
     * @throws MediaException if the extension is another one.
     */
    public PictureFile(final Path path, final int quality) {
        this.path = path;
        this.quality = quality;
        kind = kindOf(path);
        if (kind == null) {
            throw new MediaException(
                "result " + path + ": expected a name that ends in .jpg, .jpeg, .png or .webp");
        }
    }

    /** Whether this name is one of a picture. */
    public static boolean isPicture(final Path path) {
        return kindOf(path) != null;
    }

    private static PictureEncoder.Kind kindOf(final Path path) {
        final String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "jpg", "jpeg" -> PictureEncoder.Kind.JPEG;
            case "png" -> PictureEncoder.Kind.PNG;
            case "webp" -> PictureEncoder.Kind.WEBP;
            default -> null;
        };
    }

    @Override
    public String name() {
        return kind.encoderName();
    }

    @Override
    public void onPicture(final FrameSlot slot, final long pts) {
        if (written) {
            throw new MediaException("result " + path + ": expected one picture, actual more");
        }
        written = true;
        final ByteBuffer bytes = PictureEncoder.encode(kind, slot, quality);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (final IOException ex) {
            throw FileSink.cannotCreate(path, ex);
        }
    }

    @Override
    public void close() {
        // The file was complete as soon as it was written.
    }
}
