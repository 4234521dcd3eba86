package dev.rill.bench.load;

import dev.rill.jobs.session.Json;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The server's process: serves until its standard input ends, and tells its counters on request.
 * <pre>
 *   out: http://127.0.0.1:PORT/
 *   in:  any line
 *   out: {"deliveries":…,"jvm.allocatedBytes":…,…}
 * </pre>
 */
public final class LoadServer {
    static final String ALLOCATED = "jvm.allocatedBytes";
    static final String COLLECTIONS = "jvm.collections";

    private LoadServer() {
    }

    /**
     * Serves.
     *
     * @param arguments transport, number of event loop threads.
     * @throws IOException if standard input cannot be read.
     */
    public static void main(final String... arguments) throws IOException {
        final TrickleServerContext context = new TrickleServerContext()
            .transport(arguments[0]).eventLoopThreads(Integer.parseInt(arguments[1]));
        try (TrickleServer server = TrickleServer.launch(context.port(0).autocreate(true));
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(server.baseUri());
            while (in.readLine() != null) {
                System.out.println(new String(Json.write(figures(server)), StandardCharsets.UTF_8));
            }
        }
    }

    private static Map<String, Long> figures(final TrickleServer server) {
        final Map<String, Long> figures = new TreeMap<>(server.channels().counters());
        figures.put(ALLOCATED, allocatedBytes());
        figures.put(COLLECTIONS, ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum());
        return figures;
    }

    /** Bytes allocated on the heap by the threads that are alive. */
    private static long allocatedBytes() {
        final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (final long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
