package dev.rill.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String ALL_TYPES =
        "{\"text\":\"a\\n\\\"é\",\"n\":-7,\"d\":1.5,\"yes\":true,\"no\":false,\"none\":null,"
            + "\"list\":[1,\"b\",{\"c\":[]}],\"object\":{\"d\":{}}}";

    @Test
    void shouldWriteWhatItHasRead() {
        assertThat(Json.parse(ALL_TYPES)).hasToString(ALL_TYPES);
    }

    @Test
    void shouldGiveMembersByType() {
        final JsonObject object = Json.parse(ALL_TYPES);

        assertThat(object.text("text")).isEqualTo("a\n\"é");
        assertThat(object.number("n")).isEqualTo(-7);
        assertThat(object.flag("yes")).isTrue();
        assertThat(object.flag("no")).isFalse();
        assertThat(object.has("none")).isTrue();
        assertThat(object.get("none")).isNull();
        assertThat(object.texts("list")).startsWith("1", "b");
        assertThat(object.object("object").object("d").values()).isEmpty();
    }

    @Test
    void shouldTakeDefaultsForAbsentMembers() {
        final JsonObject object = Json.parse("{}");

        assertThat(object.text("a", "x")).isEqualTo("x");
        assertThat(object.number("a", 3)).isEqualTo(3);
        assertThat(object.flag("a")).isFalse();
        assertThat(object.object("a").values()).isEmpty();
        assertThat(object.objects("a")).isEmpty();
    }

    @Test
    void shouldNameTheMemberThatHasAnotherType() {
        final JsonObject object = Json.parse("{\"a\":1,\"b\":\"x\"}");

        assertThatThrownBy(() -> object.text("a")).hasMessage("expected a text in member a of {\"a\":1,\"b\":\"x\"}");
        assertThatThrownBy(() -> object.number("b")).hasMessageContaining("expected a number in member b");
        assertThatThrownBy(() -> object.flag("b")).hasMessageContaining("expected true or false in member b");
        assertThatThrownBy(() -> object.objects("b")).hasMessageContaining("expected a list in member b");
        assertThatThrownBy(() -> object.text("c")).hasMessageContaining("expected a text in member c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ready 1", "[1]", "\"a\"", "{", "{} {}", "{\"a\":}", "null"})
    void shouldRefuseWhatIsNotOneObject(final String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageEndingWith(text);
    }

    @Test
    void shouldRefuseToWriteOtherTypes() {
        assertThatThrownBy(() -> Json.write(List.of('c'))).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("java.lang.Character");
        assertThat(Json.write(Arrays.asList(null, 1, 2L))).isEqualTo("[null,1,2]");
    }
}
