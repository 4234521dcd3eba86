package dev.rill.trickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextPropertiesTest {
    private static final String PREFIX = "trickle.server.";

    @Test
    void shouldSetOptionsOfEveryType() {
        final TrickleServerContext context = with(
            "max.channels", "16k", "max.segment.length", "1 G", "idle.timeout", "500ms", "changefeed", "true",
            "delivery", "lossless", "base.path", "/a/", "tls.key", "key.pem");

        assertThat(context.maxChannels()).isEqualTo(16_384);
        assertThat(context.maxSegmentLength()).isEqualTo(1L << 30);
        assertThat(context.idleTimeoutNs()).isEqualTo(500_000_000);
        assertThat(context.changefeed()).isTrue();
        assertThat(context.delivery()).isEqualTo(Delivery.LOSSLESS);
        assertThat(context.basePath()).isEqualTo("/a/");
        assertThat(context.tlsKey()).isEqualTo(Path.of("key.pem"));
        assertThat(context.port()).as("an option without a property").isZero();
        assertThat(context.port(1).maxChannels(3).maxChannels()).as("a setter overrides").isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "7ns, 7", "7us, 7000", "7 ms, 7000000", "7S, 7000000000", "7m, 420000000000",
        "1h, 3600000000000"})
    void shouldUnderstandTimes(final String text, final long ns) {
        assertThat(with("gap.grace", text).gapGraceNs()).isEqualTo(ns);
    }

    @ParameterizedTest
    @CsvSource({"max.channels, many", "max.channels, ''", "max.channels, 4g", "max.channels, 4ms",
        "max.channels, 99999999999999999999", "idle.timeout, 5d", "idle.timeout, 9999999999h", "changefeed, yes",
        "delivery, slow"})
    void shouldNameWhatItDoesNotUnderstand(final String property, final String text) {
        assertThatThrownBy(() -> with(property, text))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(PREFIX + property + "=" + text + ": expected ");
    }

    @Test
    void shouldLeaveOthersAlone() {
        final TrickleServerContext context = with("no.such.option", "1", "nano.clock", "now", "idle.timeout.ns", "1");
        final Properties foreign = new Properties();
        foreign.setProperty("max.channels", "1");
        ContextProperties.apply(context, PREFIX, foreign);

        assertThat(context).hasToString(new TrickleServerContext().toString());
    }

    @Test
    void shouldTakeSystemPropertiesForDefaults() {
        System.setProperty("trickle.client.max.retry.bytes", "2m");
        try {
            assertThat(new HttpTrickleContext().maxRetryBytes()).isEqualTo(2 << 20);
        } finally {
            System.clearProperty("trickle.client.max.retry.bytes");
        }
    }

    @Test
    void shouldShowEffectiveValuesButNoSecret() {
        assertThat(new TrickleServerContext().maxChannels(3).toString())
            .startsWith("TrickleServerContext{abortGraceNs=5000000000, ").contains("maxChannels=3, ");
        assertThat(new HttpTrickleContext().bearerToken("hush").toString())
            .contains("bearerToken=(set)").doesNotContain("hush");
    }

    private static TrickleServerContext with(final String... pairs) {
        final Properties properties = new Properties();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.setProperty(PREFIX + pairs[i], pairs[i + 1]);
        }
        final TrickleServerContext context = new TrickleServerContext();
        ContextProperties.apply(context, PREFIX, properties);
        return context;
    }
}
