package dev.rill.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentCopierTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void shouldWriteSegmentsOneBehindTheOther() {
        final SegmentCopier copier = new SegmentCopier(out, 0);

        segment(copier, 0, "ab", "c");
        segment(copier, 1, "d");

        assertThat(out.toString(UTF_8)).isEqualTo("abcd");
        assertThat(copier.segments()).isEqualTo(2);
        assertThat(copier.bytes()).isEqualTo(4);
        assertThat(copier.isDone()).isFalse();
    }

    @Test
    void shouldCopyMoreThanOneChunkFromADirectBufferUnchanged() {
        final byte[] bytes = new byte[150_000];
        new Random(7).nextBytes(bytes);
        final SegmentCopier copier = new SegmentCopier(out, 0);

        copier.onData(0, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer());

        assertThat(out.toByteArray()).isEqualTo(bytes);
        assertThat(copier.bytes()).isEqualTo(bytes.length);
    }

    @Test
    void shouldStopAtTheLimitAndLeaveLaterSegmentsOut() {
        final SegmentCopier copier = new SegmentCopier(out, 1);

        segment(copier, 4, "first");
        assertThat(copier.isDone()).isTrue();
        segment(copier, 5, "second");

        assertThat(out.toString(UTF_8)).isEqualTo("first");
        assertThat(copier.segments()).isEqualTo(1);
    }

    @Test
    void shouldCountWhatWasMissed() {
        final SegmentCopier copier = new SegmentCopier(out, 0);

        copier.onGap(3, 7);
        copier.onGap(9, 10);

        assertThat(copier.missed()).isEqualTo(5);
        assertThat(copier.isDone()).isFalse();
    }

    @Test
    void shouldBeDoneWhenTheChannelIsOver() {
        final SegmentCopier copier = new SegmentCopier(out, 0);

        copier.onEnd(EndReason.CHANNEL_CLOSED);

        assertThat(copier.isDone()).isTrue();
        assertThat(copier.endReason()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(copier.failure()).isNull();
    }

    @Test
    void shouldStopAtTheFirstWriteThatFails() {
        final SegmentCopier copier = new SegmentCopier(refusing(new IOException("No space left on device")), 0);

        segment(copier, 0, "a");

        assertThat(copier.failure()).isEqualTo("cannot write: No space left on device");
        assertThat(copier.isDone()).isTrue();
        assertThat(copier.segments()).isZero();
    }

    @Test
    void shouldSayWhatHappenedAtAFlush() {
        final SegmentCopier copier = new SegmentCopier(refusing(new AccessDeniedException("a.ts")), 0);

        copier.flush();

        assertThat(copier.failure()).isEqualTo("cannot write: access denied: a.ts");
    }

    private static void segment(final SegmentCopier copier, final long sequence, final String... parts) {
        copier.onSegmentBegin(sequence, "video/MP2T");
        for (final String part : parts) {
            copier.onData(sequence, ByteBuffer.wrap(part.getBytes(UTF_8)));
        }
        copier.onSegmentEnd(sequence, true);
    }

    private static OutputStream refusing(final IOException reason) {
        return new OutputStream() {
            @Override
            public void write(final int value) throws IOException {
                throw reason;
            }

            @Override
            public void flush() throws IOException {
                throw reason;
            }
        };
    }
}
