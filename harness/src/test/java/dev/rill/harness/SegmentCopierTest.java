package dev.rill.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentCopierTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldWriteSegmentsOneBehindTheOther() {
        final SegmentCopier copier = copier(out, 0);

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
        final SegmentCopier copier = copier(out, 0);

        copier.onData(0, ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer());

        assertThat(out.toByteArray()).isEqualTo(bytes);
        assertThat(copier.bytes()).isEqualTo(bytes.length);
    }

    @Test
    void shouldStopAtTheLimitAndLeaveLaterSegmentsOut() {
        final SegmentCopier copier = copier(out, 1);

        segment(copier, 4, "first");
        assertThat(copier.isDone()).isTrue();
        segment(copier, 5, "second");

        assertThat(out.toString(UTF_8)).isEqualTo("first");
        assertThat(copier.segments()).isEqualTo(1);
    }

    @Test
    void shouldCountWhatWasMissed() {
        final SegmentCopier copier = copier(out, 0);

        copier.onGap(3, 7);
        copier.onGap(9, 10);

        assertThat(copier.missed()).isEqualTo(5);
        assertThat(copier.isDone()).isFalse();
        assertThat(err.toString().lines())
            .containsExactly("gap: segments 3 to 6 were lost (4)", "gap: segment 9 was lost");
    }

    @Test
    void shouldMissNothingBeforeTheOldestSegment() {
        final SegmentCopier copier =
            new SegmentCopier(new StreamOutput(out, false), 0, true, new PrintWriter(err));

        copier.onGap(0, 7);
        segment(copier, 7, "a");
        copier.onGap(8, 9);

        assertThat(copier.missed()).isEqualTo(1);
    }

    @Test
    void shouldReportATornSegment() {
        final SegmentCopier copier = copier(out, 0);

        copier.onSegmentBegin(4, "");
        copier.onSegmentEnd(4, false);

        assertThat(copier.torn()).isEqualTo(1);
        assertThat(err).hasToString("torn: the end of segment 4 was lost\n");
    }

    @Test
    void shouldEndEachLineThatHasBytes() {
        final SegmentCopier copier =
            new SegmentCopier(new StreamOutput(out, true), 0, false, new PrintWriter(err));

        segment(copier, 0, "{}");
        segment(copier, 1);
        segment(copier, 2, "[", "]");

        assertThat(out.toString(UTF_8)).isEqualTo("{}\n[]\n");
    }

    @Test
    void shouldBeDoneWhenTheChannelIsOver() {
        final SegmentCopier copier = copier(out, 0);

        copier.onEnd(EndReason.CHANNEL_CLOSED);

        assertThat(copier.isDone()).isTrue();
        assertThat(copier.endReason()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(copier.failure()).isNull();
    }

    @Test
    void shouldStopAtTheFirstWriteThatFails() {
        final SegmentCopier copier = copier(refusing(new IOException("No space left on device")), 0);

        segment(copier, 0, "a");

        assertThat(copier.failure()).isEqualTo("cannot write: No space left on device");
        assertThat(copier.isDone()).isTrue();
        assertThat(copier.segments()).isZero();
    }

    @Test
    void shouldSayWhatHappenedAtAFlush() {
        final SegmentCopier copier = copier(refusing(new AccessDeniedException("a.ts")), 0);

        copier.flush();

        assertThat(copier.failure()).isEqualTo("cannot write: access denied: a.ts");
    }

    private SegmentCopier copier(final OutputStream stream, final long limit) {
        return new SegmentCopier(new StreamOutput(stream, false), limit, false, new PrintWriter(err));
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
