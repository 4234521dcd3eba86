package dev.rill.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.BlockingPublisher;
import dev.rill.trickle.BlockingSubscriber;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.SegmentInputStream;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of README.md and docs/embedding.md, run as they stand there. */
class EmbeddingExampleTest {
    private final StringBuilder received = new StringBuilder();
    private final SegmentHandler handler = new Collector();
    private boolean segmentEnded;
    private String greeting;

    @Test
    void shouldPublishAndReadInAFewLines() throws IOException, InterruptedException {
        // README.md: begin
        try (TrickleServer server = TrickleServer.launch(new TrickleServerContext());
            Trickle trickle = server.local()) {
            server.channels().create("greetings", "text/plain");

            try (BlockingPublisher publisher = new BlockingPublisher(trickle.publish("greetings"));
                BlockingSubscriber subscriber = new BlockingSubscriber(
                    trickle.subscribe("greetings", Trickle.CURRENT))) {
                publisher.write("hello".getBytes(UTF_8));

                try (SegmentInputStream segment = subscriber.next(TimeUnit.SECONDS.toNanos(10))) {
                    greeting = new String(segment.readAllBytes(), UTF_8);
                }
            }
        }
        // README.md: end

        assertThat(greeting).isEqualTo("hello");
    }

    @Test
    void shouldPublishAndReadWithoutBlocking() {
        // docs/embedding.md: begin
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
        // docs/embedding.md: end

        assertThat(received).hasToString("hello");
        assertThat(segmentEnded).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"README.md", "docs/embedding.md"})
    void shouldStandInTheDocumentAsItIsRun(final String document) throws IOException {
        final String source = Files.readString(
            Path.of("src", "test", "java", "dev", "rill", "it", "EmbeddingExampleTest.java"));
        final String begin = "// " + document + ": begin\n";
        final String example = source.substring(
            source.indexOf(begin) + begin.length(), source.indexOf("        // " + document + ": end"));

        final String expected = example.lines().map(line -> line.replaceFirst("^ {8}", ""))
            .collect(Collectors.joining("\n", "```java\n", "\n```\n"));

        assertThat(Files.readString(Path.of("..").resolve(document))).contains(expected);
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
