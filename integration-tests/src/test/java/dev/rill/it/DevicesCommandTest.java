package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@code rill devices}. */
class DevicesCommandTest {
    @Test
    void shouldListEveryDeviceWithTheReasonWhereItCannotBeUsed() throws IOException {
        final Cli result = rill("devices", "--json");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        final JsonNode devices = new ObjectMapper().readTree(result.out()).get("devices");
        assertThat(devices.findValuesAsText("name")).startsWith("cpu").endsWith("java");
        assertThat(devices).allSatisfy(device -> {
            assertThat(device.get("usable").asBoolean()).isEqualTo(device.get("refusal").asText().isEmpty());
            assertThat(device.get("description").asText()).isNotBlank();
        });
        devices.forEach(device -> assertThat(rill("devices").out()).contains(device.get("name").asText())
            .contains(device.get("refusal").asText()));
    }

    @Test
    void shouldSayWhyADeviceThatWasNamedCannotBeUsed() {
        final Cli result = rill("demo", "--device", "cuda:77", "--seconds", "1", "--fast");

        assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
        assertThat(result.complaint()).contains("cuda:77", "cpu");
    }
}
