package dev.rill.frame.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.source.FileSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.Segmenter;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens and closes everything many times: what is not freed shows in the resident memory of the process. */
class NativeMemoryTest {
    private static final long BOUND = 40L << 20;

    @TempDir
    Path directory;

    private final PacketPool packets = new PacketPool();

    /** One leaked codec alone would cost 60 times about 1 MB. */
    @Test
    void shouldGiveBackMemoryWhenSourcesAndSinksAreClosed() {
        final Path file = new SampleMedia().video("mjpeg").pixelFormat("yuvj422p").audio("pcm_s16le").frames(5)
            .write(directory.resolve("sample.mkv"));
        for (int i = 0; i < 15; i++) {
            copy(file, i);
        }
        final long before = Pointer.physicalBytes();

        for (int i = 0; i < 60; i++) {
            copy(file, i);
        }

        assertThat(Pointer.physicalBytes() - before).as("growth of resident memory").isLessThan(BOUND);
        assertThat(packets.outstanding()).isZero();
    }

    @Test
    void shouldGiveBackMemoryWhenOpeningFails() {
        final Path file = new SampleMedia().video("").audio("aac").frames(25).write(directory.resolve("sound.mp4"));
        final long before = Pointer.physicalBytes();

        for (int i = 0; i < 1000; i++) {
            refuse(file);
        }

        assertThat(Pointer.physicalBytes() - before).as("growth of resident memory").isLessThan(BOUND);
    }

    private void refuse(final Path file) {
        try {
            FileSource.open(file.toString(), packets).close();
            throw new AssertionError("a file without video was opened");
        } catch (final MediaException ex) {
            assertThat(ex).hasMessageContaining("no video stream");
        }
    }

    private void copy(final Path file, final int round) {
        try (MediaSource source = FileSource.open(file.toString(), packets);
            ResultSink sink = FileSink.open(directory.resolve("result." + (round % 2 == 0 ? "mp4" : "mkv")));
            Segmenter segmenter = new Segmenter(source.program(), sink)) {
            boolean more = true;
            while (more) {
                more = source.read(segmenter);
            }
        }
    }
}
