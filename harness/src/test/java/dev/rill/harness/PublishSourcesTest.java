package dev.rill.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.jobs.JobException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bytes, lines and files become segments. */
@Timeout(30)
class PublishSourcesTest {
    private static final long LONG_NS = TimeUnit.MINUTES.toNanos(1);

    private final FedChannel channel = new FedChannel();

    @TempDir
    private Path folder;

    @AfterEach
    void closeChannel() {
        channel.close();
    }

    @Test
    void shouldCutBytesByLength() {
        new ByteStreamSource(input("abcdefgh"), 3, LONG_NS).run(channel.feed);

        assertThat(channel.segments()).containsExactly("abc", "def", "gh");
        assertThat(channel.feed.segments()).isEqualTo(3);
        assertThat(channel.feed.bytes()).isEqualTo(8);
    }

    @Test
    void shouldPublishNothingForNoBytes() {
        new ByteStreamSource(input(""), 3, LONG_NS).run(channel.feed);

        assertThat(channel.segments()).isEmpty();
    }

    @Test
    void shouldEndASegmentAfterItsTimeAlsoInSilence() throws IOException {
        final PipedOutputStream typed = new PipedOutputStream();
        try (InputReader reader = input(typed)) {
            final CompletableFuture<Void> publishing = CompletableFuture.runAsync(
                () -> new ByteStreamSource(reader, 1000, TimeUnit.MILLISECONDS.toNanos(100)).run(channel.feed));
            typed.write("ab".getBytes(UTF_8));
            typed.flush();
            awaitSegments(1);
            typed.write("cd".getBytes(UTF_8));
            typed.close();
            publishing.join();
        }

        assertThat(channel.segments()).containsExactly("ab", "cd");
    }

    @Test
    void shouldStopReadingWhenCancelled() throws IOException {
        try (PipedOutputStream typed = new PipedOutputStream(); InputReader reader = input(typed)) {
            final CompletableFuture<Void> publishing = CompletableFuture.runAsync(
                () -> new ByteStreamSource(reader, 1000, LONG_NS).run(channel.feed));
            typed.write("ab".getBytes(UTF_8));
            typed.flush();

            channel.cancelled.set(true);
            publishing.join();
        }

        assertThat(channel.segments()).hasSizeLessThan(2);
    }

    @Test
    void shouldMakeASegmentOfEachLine() {
        new LineSource(input("{\"a\":1}\r\n\nüb\n\r\nlast")).run(channel.feed);

        assertThat(channel.segments()).containsExactly("{\"a\":1}", "üb", "last");
    }

    @Test
    void shouldRefuseALineThatIsTooLong() {
        final InputReader input = new InputReader(new InputStream() {
            @Override
            public int read() {
                return 'a';
            }

            @Override
            public int read(final byte[] bytes, final int offset, final int length) {
                return length;
            }
        });

        assertThatThrownBy(() -> new LineSource(input).run(channel.feed)).isInstanceOf(JobException.class)
            .hasMessage("line 1: longer than 8388608 bytes");
        input.close();
    }

    @Test
    void shouldMakeASegmentOfEachFile() throws IOException {
        final Path first = Files.writeString(folder.resolve("a"), "x".repeat(100_000));
        final Path empty = Files.writeString(folder.resolve("b"), "");

        new FileSegments(List.of(first, empty)).run(channel.feed);

        assertThat(channel.segments()).containsExactly("x".repeat(100_000), "");
    }

    @Test
    void shouldRefuseAFileThatIsNotThereBeforeAnythingIsPublished() {
        assertThatThrownBy(() -> new FileSegments(List.of(folder.resolve("missing"))))
            .isInstanceOf(JobException.class).hasMessageContaining("missing: not a readable file");
    }

    @Test
    void shouldSayWhenTheInputCannotBeRead() {
        final InputReader input = new InputReader(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }
        });

        assertThatThrownBy(() -> new LineSource(input).run(channel.feed)).isInstanceOf(JobException.class)
            .hasMessage("cannot read the input: Input/output error");
    }

    @Test
    void shouldSayWhenTheChannelIsGone() {
        channel.closeChannel();

        assertThatThrownBy(() -> new LineSource(input("a\nb\n")).run(channel.feed)).isInstanceOf(JobException.class)
            .hasMessage("publishing ended early: the channel was closed by the peer");
    }

    private void awaitSegments(final int count) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (channel.segments().size() < count) {
            assertThat(System.nanoTime() - deadlineNs).as("time left for %d segments", count).isNegative();
            Thread.onSpinWait();
        }
    }

    private static InputReader input(final String text) {
        return new InputReader(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    private static InputReader input(final PipedOutputStream typed) throws IOException {
        return new InputReader(new PipedInputStream(typed));
    }
}
