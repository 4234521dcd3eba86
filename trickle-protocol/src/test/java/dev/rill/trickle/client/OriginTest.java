package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {
    private final Origin origin = new Origin(URI.create("http://127.0.0.1:2939/ai/trickle/"));

    @ParameterizedTest
    @CsvSource({"ab-1_x.y~z, ab-1_x.y~z", "a/b, a%2Fb", "é x, %C3%A9%20x", "a+b%, a%2Bb%25"})
    void shouldEncodeChannelNameAsOnePathSegment(final String channel, final String encoded) {
        assertThat(origin.target(channel)).isEqualTo("/ai/trickle/" + encoded);
    }

    @Test
    void shouldRefuseEmptyChannelName() {
        assertThatThrownBy(() -> origin.target("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNamePortInHostOnlyWhenGiven() {
        assertThat(origin.host()).isEqualTo("127.0.0.1:2939");
        assertThat(new Origin(URI.create("http://127.0.0.1/")).host()).isEqualTo("127.0.0.1");
        assertThat(new Origin(URI.create("http://127.0.0.1/")).address().getPort()).isEqualTo(80);
    }
}
