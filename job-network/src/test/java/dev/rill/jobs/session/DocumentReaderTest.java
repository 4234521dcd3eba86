package dev.rill.jobs.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentReaderTest {
    private final List<String> documents = new ArrayList<>();
    private final List<EndReason> ends = new ArrayList<>();
    private final DocumentReader reader =
        new DocumentReader(bytes -> documents.add(new String(bytes, UTF_8)), ends::add);

    @Test
    void shouldJoinTheChunksOfADocument() {
        segment(0, true, "{\"a\":", "1}");

        assertThat(documents).containsExactly("{\"a\":1}");
    }

    @Test
    void shouldApplyALongDocumentInManyChunksOnce() {
        final String chunk = "x".repeat(10 * 1024);

        segment(0, true, chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk, chunk);

        assertThat(documents).hasSize(1);
        assertThat(documents.get(0)).hasSize(100 * 1024);
    }

    @Test
    void shouldSkipEmptyAndTornSegmentsAndGoOn() {
        segment(0, true);
        segment(1, false, "{\"torn\"");
        segment(2, true, "{}");

        assertThat(documents).containsExactly("{}");
        assertThat(reader.skipped()).isEqualTo(1);
    }

    @Test
    void shouldDropADocumentAboveTheLimitOnly() {
        segment(0, true, "y".repeat(DocumentReader.MAX_LENGTH), "z");
        segment(1, true, "y".repeat(DocumentReader.MAX_LENGTH));

        assertThat(documents).hasSize(1);
        assertThat(reader.oversized()).isEqualTo(1);
    }

    @Test
    void shouldCountGapsAndTellTheEnd() {
        reader.onGap(3, 7);
        reader.onEnd(EndReason.CHANNEL_CLOSED);

        assertThat(reader.skipped()).isEqualTo(4);
        assertThat(ends).containsExactly(EndReason.CHANNEL_CLOSED);
    }

    private void segment(final long sequence, final boolean intact, final String... chunks) {
        reader.onSegmentBegin(sequence, "application/json");
        for (final String chunk : chunks) {
            reader.onData(sequence, ByteBuffer.wrap(chunk.getBytes(UTF_8)).asReadOnlyBuffer());
        }
        reader.onSegmentEnd(sequence, intact);
    }
}
