package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
    private static final Model TINT = Model.builtIn("tint");

    @Test
    void shouldListBuiltInsByName() {
        assertThat(Model.builtIns()).extracting(Model::name)
            .containsExactly("blend", "blur", "edge", "identity", "invert", "tint");
        assertThat(Model.builtIns()).allSatisfy(model -> {
            assertThat(model.description()).isNotBlank();
            assertThat(Model.builtIn(model.name())).isSameAs(model);
        });
    }

    @Test
    void shouldNameKnownModelsWhenUnknown() {
        assertThatThrownBy(() -> Model.builtIn("foo")).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("unknown model 'foo': known are blend, blur, edge, identity, invert, tint");
    }

    @Test
    void shouldStartWithDefaults() {
        assertThat(TINT.defaults().values())
            .containsExactly(entry("u", 90.0), entry("v", 200.0), entry("strength", 0.6));
        assertThat(TINT.defaults().version()).isZero();
        assertThat(Model.builtIn("edge").defaults().value("gain")).isEqualTo(2);
        assertThat(Model.builtIn("invert").defaults().values()).isEmpty();
    }

    @Test
    void shouldMergeChangesIntoNextVersion() {
        final ModelParameters first = TINT.parameters(Map.of("u", 10.0));
        final ModelParameters second = first.with(Map.of("v", 255.0));

        assertThat(second.values()).containsExactly(entry("u", 10.0), entry("v", 255.0), entry("strength", 0.6));
        assertThat(second.version()).isEqualTo(1);
        assertThat(first.value("v")).isEqualTo(200);
        assertThat(second.model()).isSameAs(TINT);
    }

    @Test
    void shouldAcceptBothLimits() {
        for (final Model model : Model.builtIns()) {
            for (final ParameterSpec spec : model.parameters()) {
                for (final double limit : List.of(spec.minimum(), spec.maximum())) {
                    assertThat(model.parameters(Map.of(spec.name(), limit)).value(spec.name())).isEqualTo(limit);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.001, 1.001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void shouldRefuseValuesOutOfRange(final double value) {
        assertThatThrownBy(() -> TINT.defaults().with(Map.of("strength", value)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("model 'tint' parameter 'strength': value " + value + ", expected a number from 0.0 to 1.0");
    }

    @Test
    void shouldRefuseMissingValue() {
        assertThatThrownBy(() -> TINT.parameters(Collections.singletonMap("u", null)))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'u': value NaN");
    }

    @Test
    void shouldRefuseUnknownParameterNamingKnownOnes() {
        assertThatThrownBy(() -> TINT.parameters(Map.of("hue", 1.0))).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("model 'tint': unknown parameter 'hue': known are u, v, strength");
        assertThatThrownBy(() -> Model.builtIn("invert").parameters(Map.of("gain", 1.0)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("model 'invert': unknown parameter 'gain': known are none");
        assertThatThrownBy(() -> TINT.defaults().value("hue")).isInstanceOf(IllegalArgumentException.class);
    }
}
