package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.batch.BatchContext;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.OnnxContext;
import dev.rill.gpu.WorkerContext;
import dev.rill.jobs.OrchestratorContext;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.LocalTrickle;
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
    /** What a server counts when a limit or a time of it is reached. */
    private static final Map<String, String> COUNTED_AS = Map.ofEntries(
        Map.entry("abortGraceNs", "segments.aborted.orphaned"),
        Map.entry("changefeedRetainedSegments", "segments.evicted"),
        Map.entry("gapGraceNs", "segments.aborted.skipped"),
        Map.entry("headTimeoutNs", "connections.closed.headTimeout"),
        Map.entry("idleTimeoutNs", "channels.swept"),
        Map.entry("keepAliveTimeoutNs", "connections.closed.idle"),
        Map.entry("losslessDeadlineNs", "readers.leftBehind"),
        Map.entry("maxChannels", "channels.refused.limit"),
        Map.entry("maxConnections", "connections.refused.limit"),
        Map.entry("maxHeaderSize", "requests.refused.header"),
        Map.entry("maxNameLength", "channels.refused.name"),
        Map.entry("maxPinnedBytes", "segments.aborted.pool"),
        Map.entry("maxProvisionals", "provisionals.capped"),
        Map.entry("maxReadersPerChannel", "readers.refused.limit"),
        Map.entry("maxRetainedSegments", "channels.retained.capped"),
        Map.entry("maxSegmentLength", "segments.aborted.length"),
        Map.entry("maxStreamsPerConnection", "streams.refused.limit"),
        Map.entry("readerStallTimeoutNs", "readers.disconnected.stalled"),
        Map.entry("restartBelowWindow", "segments.refused.belowWindow"),
        Map.entry("retainedAgeNs", "segments.evicted"),
        Map.entry("retainedBytes", "segments.evicted"),
        Map.entry("retainedSegments", "segments.evicted"));
    private static final List<Object> CONTEXTS = List.of(
        new TrickleServerContext(), new HttpTrickleContext(), new BridgeContext(), new OnnxContext(),
        new WorkerContext(), new FramePipelineContext(), new BatchContext(), new EncoderContext(),
        new OrchestratorContext(), new GatewayContext());

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

    @Test
    void shouldKnowACounterForEveryLimitOfAServer() {
        try (LocalTrickle trickle = LocalTrickle.launch(new TrickleServerContext())) {
            assertThat(trickle.channels().counters()).containsKeys(COUNTED_AS.values().toArray(new String[0]));
        }
        assertThat(Arrays.stream(TrickleServerContext.class.getMethods()).map(Method::getName))
            .filteredOn(option -> option.startsWith("max"))
            .allMatch(COUNTED_AS::containsKey);
    }

    private static String section(final Object context) {
        final String rows = Arrays.stream(context.getClass().getMethods())
            .filter(method -> isSetter(method, context.getClass()))
            .sorted(Comparator.comparing(Method::getName).thenComparing(ConfigurationTableTest::types))
            .map(method -> row(method, context))
            .distinct()
            .collect(Collectors.joining());
        final String heading = "### `" + context.getClass().getSimpleName() + "`\n\n";
        return context instanceof TrickleServerContext
            ? heading + "| Option | Type | Default | Counted as |\n|---|---|---|---|\n" + rows
            : heading + "| Option | Type | Default |\n|---|---|---|\n" + rows;
    }

    private static boolean isSetter(final Method method, final Class<?> type) {
        return method.getReturnType() == type && method.getParameterCount() > 0;
    }

    private static String row(final Method setter, final Object context) {
        return "| `" + setter.getName() + "` | `" + types(setter) + "` | " + defaultOf(setter.getName(), context) + " |"
            + (context instanceof TrickleServerContext ? counterOf(setter.getName()) : "") + "\n";
    }

    private static String types(final Method setter) {
        return Arrays.stream(setter.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.joining(", "));
    }

    private static String counterOf(final String option) {
        final String counter = COUNTED_AS.get(option);
        return counter == null ? " |" : " `" + counter + "` |";
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
