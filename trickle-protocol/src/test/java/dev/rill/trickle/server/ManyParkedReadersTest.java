package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rill.testing.Await;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Ten thousand channels, each with a reader of another process that waits on it. */
class ManyParkedReadersTest {
    private static final int COUNT = 10_000;
    private static final int SPARE_DESCRIPTORS = 500;

    @Test
    void shouldAnswerTenThousandParkedReadersOfAsManyChannels() throws Exception {
        requireDescriptors();
        final TrickleServer server = TrickleServer.launch(new TrickleServerContext().eventLoopThreads(2));
        try (Bystander bystander = new Bystander(server)) {
            for (int i = 0; i < COUNT; i++) {
                server.channels().create("ch-" + i, "text/plain");
            }
            final long residentBefore = residentKiB();
            final Process readers = startReaders(server.port());
            try (BufferedReader lines = readers.inputReader(StandardCharsets.US_ASCII)) {
                assertThat(lines.readLine()).isEqualTo("asked " + COUNT);
                Await.until(() -> "connections " + server.channels().counters(), () -> isParked(server, COUNT - 1));
                System.out.printf("%d parked readers: %.1f KiB resident each, leak detection included%n",
                    COUNT, (residentKiB() - residentBefore) / (double) COUNT);
                bystander.assertUndisturbed();

                publishEverywhere(server);

                assertThat(lines.readLine()).isEqualTo("answered " + COUNT);
            } finally {
                readers.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            bystander.assertUndisturbed();
        } finally {
            server.close();
        }
        assertThat(server.channels().counters())
            .containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    private static boolean isParked(final TrickleServer server, final int index) {
        return server.channels().stats("ch-" + index).orElseThrow().parkedReaders() == 1;
    }

    private static void publishEverywhere(final TrickleServer server) {
        final Trickle local = server.local();
        final List<TricklePublisher> publishers = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            final TricklePublisher publisher = local.publish("ch-" + i);
            final SegmentWriter segment = publisher.beginSegment();
            segment.offer(ByteBuffer.wrap(("segment of ch-" + i).getBytes(StandardCharsets.US_ASCII)));
            segment.complete();
            publishers.add(publisher);
        }
        assertThat(publishers).allSatisfy(publisher -> assertThat(publisher.failure()).isNull());
    }

    private static Process startReaders(final int port) throws IOException {
        final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder("sh", "-c",
            "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\"", java, "-Xmx256m", "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ParkedReaders.class.getName(), String.valueOf(port), String.valueOf(COUNT))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static void requireDescriptors() {
        final long limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
            ? system.getMaxFileDescriptorCount() : 0;
        if (limit < COUNT + SPARE_DESCRIPTORS) {
            final String reason =
                "the process may open " + limit + " files, " + (COUNT + SPARE_DESCRIPTORS) + " needed";
            System.out.println("skipped: " + reason);
            Assumptions.abort(reason);
        }
    }

    private static long residentKiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElse(0);
    }
}
