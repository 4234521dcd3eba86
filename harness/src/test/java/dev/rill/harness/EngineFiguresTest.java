package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.jobs.session.SessionEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineFiguresTest {
    @Test
    void shouldBeEmptyBeforeTheFirstStatus() {
        assertEmpty(EngineFigures.of(null));
    }

    @Test
    void shouldBeEmptyWhereMembersAreMissing() {
        assertEmpty(EngineFigures.of(new SessionEvent("status", 0, Map.of())));
        assertEmpty(EngineFigures.of(new SessionEvent("status", 0, Map.of("statistics", Map.of()))));
    }

    @Test
    void shouldBeEmptyWhereMembersAreOfAnotherType() {
        assertEmpty(EngineFigures.of(new SessionEvent("status", 0, Map.of("statistics", "many"))));
        assertEmpty(EngineFigures.of(status(Map.of(
            "dropped", Map.of("overrun", "some"), "latency_us", 3, "decoder", 7, "encoder", Map.of(), "size", 1))));
    }

    @Test
    void shouldTakeWhatTheEngineCounted() {
        final EngineFigures figures = EngineFigures.of(status(Map.of(
            "dropped", Map.of("overrun", 3),
            "latency_us", Map.of("decode", Map.of("p50", 1_500.0, "p99", 4_000, "max", 250.5)),
            "decoder", "h264", "encoder", "libx264", "size", "320x240")));

        assertThat(figures.dropped()).containsExactly(Map.entry("overrun", 3L));
        assertThat(figures.stagesMs().get("decode")).as("in milliseconds")
            .isEqualTo(Map.of("p50", 1.5, "p99", 4.0, "max", 0.2505));
        assertThat(figures.decoder()).isEqualTo("h264");
        assertThat(figures.encoder()).isEqualTo("libx264");
        assertThat(figures.size()).isEqualTo("320x240");
    }

    @Test
    void shouldSayThatThereAreNoFramesInsteadOfASizeOfNothing() {
        assertThat(EngineFigures.of(status(Map.of("size", "0x0"))).size()).isEqualTo("(no frames yet)");
    }

    private static SessionEvent status(final Map<String, Object> statistics) {
        return new SessionEvent("status", 0, Map.of("statistics", statistics));
    }

    private static void assertEmpty(final EngineFigures figures) {
        assertThat(figures.dropped()).isEmpty();
        assertThat(figures.stagesMs()).isEmpty();
        assertThat(figures.decoder()).isEmpty();
        assertThat(figures.encoder()).isEmpty();
        assertThat(figures.size()).isEqualTo("(no frames yet)");
    }
}
