package dev.rill.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.gpu.Model;
import org.junit.jupiter.api.Test;

class OrchestratorContextTest {
    @Test
    void shouldOfferWhatIsBuiltIn() {
        assertThat(new OrchestratorContext().models()).containsExactlyElementsOf(Model.builtIns());
    }

    @Test
    void shouldRefuseAModelWhoseNameIsTaken() {
        assertThatThrownBy(() -> new OrchestratorContext().addModel(Model.builtIn("tint")))
            .isInstanceOf(IllegalArgumentException.class).hasMessage("model 'tint': the name is taken");
    }
}
