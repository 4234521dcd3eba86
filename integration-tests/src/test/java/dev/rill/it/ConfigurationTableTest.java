package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.OrchestratorContext;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Keeps the table of docs/configuration.md as the code is. After a change of options:
 * {@code mvn verify -pl integration-tests -am -Dtest=ConfigurationTableTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Drill.docs.rewrite=true}.
 */
class ConfigurationTableTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");
    private static final String BEGIN = "<!-- table: begin -->\n";
    private static final String END = "<!-- table: end -->\n";
    private static final Map<String, String> OF_THE_ENVIRONMENT = Map.of("requireNative", "RILL_REQUIRE_NATIVE");
    private static final List<Object> CONTEXTS = List.of(
        new TrickleServerContext(), new HttpTrickleContext(), new BridgeContext(), new FramePipelineContext(),
        new EncoderContext(), new OrchestratorContext(), new GatewayContext());

    @Test
    void shouldListEveryOptionWithItsDefault() throws IOException {
        final String document = Files.readString(DOCUMENT);
        final String table = CONTEXTS.stream().map(ConfigurationTableTest::section).collect(Collectors.joining("\n"));
        final String expected = document.substring(0, document.indexOf(BEGIN) + BEGIN.length())
            + table + document.substring(document.indexOf(END));

        if (Boolean.getBoolean("rill.docs.rewrite")) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    private static String section(final Object context) {
        final String rows = Arrays.stream(context.getClass().getMethods())
            .filter(method -> isSetter(method, context.getClass()))
            .sorted(Comparator.comparing(Method::getName).thenComparing(ConfigurationTableTest::types))
            .map(method -> row(method, context))
            .distinct()
            .collect(Collectors.joining());
        final String heading = "### `" + context.getClass().getSimpleName() + "`\n\n";
        return heading + "| Option | Type | Default |\n|---|---|---|\n" + rows;
    }

    private static boolean isSetter(final Method method, final Class<?> type) {
        return method.getReturnType() == type && method.getParameterCount() > 0;
    }

    private static String row(final Method setter, final Object context) {
        return "| `" + setter.getName() + "` | `" + types(setter) + "` | " + defaultOf(setter.getName(), context)
            + " |\n";
    }

    private static String types(final Method setter) {
        return Arrays.stream(setter.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.joining(", "));
    }

    private static String defaultOf(final String option, final Object context) {
        if (OF_THE_ENVIRONMENT.containsKey(option)) {
            return "`" + OF_THE_ENVIRONMENT.get(option) + "`";
        }
        final Object value;
        try {
            value = context.getClass().getMethod(option).invoke(context);
        } catch (final ReflectiveOperationException e) {
            return "";
        }
        if (value == null) {
            return "–";
        }
        final boolean plain = value instanceof Number || value instanceof Boolean || value instanceof Enum<?>
            || value instanceof String text && !text.isEmpty() && text.matches("[\\x21-\\x7e]+");
        return plain ? "`" + value + "`" : value instanceof Map<?, ?> || "".equals(value) ? "empty" : "see Javadoc";
    }
}
