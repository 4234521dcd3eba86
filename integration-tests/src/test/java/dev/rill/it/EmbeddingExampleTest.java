package dev.rill.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example of docs/embedding.md, run as it stands there. */
class EmbeddingExampleTest {
    private final StringBuilder received = new StringBuilder();
    private final SegmentHandler handler = new Collector();
    private boolean segmentEnded;

    @Test
    void shouldPublishAndReadInTheSameProcess() {
        // example: begin
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext());
            Trickle trickle = server.local()) {
            server.channels().create("greetings", "text/plain");

            try (TricklePublisher publisher = trickle.publish("greetings");
                TrickleSubscriber subscriber = trickle.subscribe("greetings", Trickle.CURRENT)) {
                SegmentWriter segment = publisher.beginSegment();
                segment.offer(ByteBuffer.wrap("hello".getBytes(UTF_8)));
                segment.complete();

                final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (!segmentEnded && System.nanoTime() - deadlineNs < 0) {
                    if (subscriber.poll(handler, 16) == 0) {
                        LockSupport.parkNanos(1_000_000L);
                    }
                }
            }
        }
        // example: end

        assertThat(received).hasToString("hello");
        assertThat(segmentEnded).isTrue();
    }

    @Test
    void shouldStandInTheDocumentAsItIsRun() throws IOException {
        final String source = Files.readString(
            Path.of("src", "test", "java", "dev", "rill", "it", "EmbeddingExampleTest.java"));
        final String example = source.substring(
            source.indexOf("// example: begin") + "// example: begin".length(),
            source.indexOf("        // example: end"));
        final String document = Files.readString(Path.of("..", "docs", "embedding.md"));

        final String expected = example.lines().map(line -> line.replaceFirst("^ {8}", ""))
            .collect(Collectors.joining("\n")).strip();

        assertThat(document).contains(expected);
    }

    private final class Collector implements SegmentHandler {
        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            assertThat(contentType).isEqualTo("text/plain");
        }

        @Override
        public void onData(final long sequence, final ByteBuffer bytes) {
            received.append(UTF_8.decode(bytes));
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            assertThat(intact).isTrue();
            segmentEnded = true;
        }

        @Override
        public void onGap(final long from, final long to) {
            throw new AssertionError("gap from " + from + " to " + to);
        }

        @Override
        public void onEnd(final EndReason reason) {
            throw new AssertionError("ended: " + reason);
        }
    }
}
