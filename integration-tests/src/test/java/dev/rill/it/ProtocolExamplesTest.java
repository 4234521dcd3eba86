package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays the blocks {@code wire} of docs/protocol.md against a server, over sockets. */
class ProtocolExamplesTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "protocol.md");
    private static final String CREATION = "A> POST /movie HTTP/1.1";
    private static final List<String> WORDS = List.of("zero", "one", "two", "three", "four", "five");
    private static final List<String> SETUPS =
        List.of("", "provisional", "six-segments", "torn-segment", "no-autocreate");
    /** A segment 0 whose publisher has stopped in mid-body, and a reader that has seen what there is. */
    private static final List<String> TORN_SEGMENT = List.of(
        "T> GET /movie/0 HTTP/1.1", "T> Host: example", "T>", "T= parked",
        "S> POST /movie/0 HTTP/1.1", "S> Host: example", "S> Transfer-Encoding: chunked", "S>", "S> 4", "S> torn",
        "T< HTTP/1.1 200 OK", "T< Content-Type: video/MP2T", "T< Lp-Trickle-Seq: 0", "T< Lp-Trickle-Size: 4",
        "T< Transfer-Encoding: chunked", "T<", "T< 4", "T< torn");

    @ParameterizedTest
    @MethodSource("examples")
    void shouldSpeakAsTheDocumentSays(final WireExample example) throws IOException {
        try (TrickleServer server = TrickleServer.launch(context(example.setup()))) {
            if (!example.steps().contains(CREATION)) {
                server.channels().create("movie", "video/MP2T");
            }
            example.play(server.baseUri().getPort(), before(example.setup()));
        }
    }

    @Test
    void shouldFindEveryKindOfExample() throws IOException {
        assertThat(examples().map(WireExample::setup).distinct()).containsExactlyInAnyOrderElementsOf(SETUPS);
    }

    static Stream<WireExample> examples() throws IOException {
        return WireExample.allOf(Files.readAllLines(DOCUMENT)).stream();
    }

    private static TrickleServerContext context(final String setup) {
        final TrickleServerContext context = new TrickleServerContext().autocreate(!"no-autocreate".equals(setup));
        return "provisional".equals(setup)
            ? context.provisionalIntervalNs(TimeUnit.MILLISECONDS.toNanos(200)) : context;
    }

    private static List<String> before(final String setup) {
        return switch (setup) {
            case "six-segments" ->
                IntStream.range(0, WORDS.size()).boxed().flatMap(ProtocolExamplesTest::segment).toList();
            case "torn-segment" -> TORN_SEGMENT;
            default -> List.of();
        };
    }

    private static Stream<String> segment(final int sequence) {
        final String word = WORDS.get(sequence);
        return Stream.of(
            "S> POST /movie/" + sequence + " HTTP/1.1", "S> Host: example", "S> Content-Length: " + word.length(), "S>",
            "S> " + word, "S< HTTP/1.1 200 OK", "S< Lp-Trickle-Seq: " + sequence,
            "S< Lp-Trickle-Size: " + word.length(), "S< Content-Length: 0", "S<");
    }
}
