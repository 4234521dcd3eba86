package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {
    private final Origin origin = origin("http://127.0.0.1:2939/ai/trickle/");

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
        assertThat(origin("http://127.0.0.1/").host()).isEqualTo("127.0.0.1");
        assertThat(origin("http://127.0.0.1/").address().getPort()).isEqualTo(80);
        assertThat(origin("https://127.0.0.1/").address().getPort()).isEqualTo(443);
    }

    @Test
    void shouldNameThePeerAsItsCertificateDoes() {
        assertThat(origin("https://[::1]:8443/").peerName()).isEqualTo("::1");
        assertThat(origin("https://[::1]:8443/").host()).isEqualTo("[::1]:8443");
        assertThat(origin("https://localhost/").isSecure()).isTrue();
        assertThat(origin.isSecure()).isFalse();
    }

    private static Origin origin(final String base) {
        return new Origin(URI.create(base), null);
    }
}
