package dev.rill.jobs.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class SessionUrlsTest {
    @Test
    void shouldTakeTheChannelAfterTheLastSlash() {
        final URI url = URI.create("http://h:1/ai/trickle/a7-out");

        assertThat(SessionUrls.channel(url)).isEqualTo("a7-out");
        assertThat(SessionUrls.base(url)).hasToString("http://h:1/ai/trickle/");
    }

    @Test
    void shouldDecodeTheNameOfTheChannel() {
        assertThat(SessionUrls.channel(URI.create("http://h:1/a%2Fb"))).isEqualTo("a/b");
    }

    @Test
    void shouldRefuseAUrlWithoutAChannel() {
        assertThatThrownBy(() -> SessionUrls.channel(URI.create("http://h:1/ai/")))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("channel URL http://h:1/ai/: expected the name of a channel after the last slash");
    }
}
