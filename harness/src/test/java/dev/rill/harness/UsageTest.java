package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class UsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "maxChannels=0: expected 1..16777216 | --max-channels 0: expected 1..16777216",
        "http2=x: expected true | --http2 x: expected true",
        "readerStallTimeoutNs=0: expected 1000000..9 | --reader-stall-timeout 0: expected 1000000..9",
        "tlsCertificate=/a.pem tlsKey=null: expected both | --tls-certificate /a.pem --tls-key null: expected both"})
    void shouldCallTheOptionsOfAContextAsTheyAreTyped(final String refusal, final String usage) {
        final CommandSpec spec = new CommandLine(CommandSpec.create()).getCommandSpec();

        assertThat(Usage.refused(spec, new IllegalArgumentException(refusal))).hasMessage(usage);
    }
}
