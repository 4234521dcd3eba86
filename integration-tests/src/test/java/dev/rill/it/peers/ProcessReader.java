package dev.rill.it.peers;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A subscriber in a process of its own. */
final class ProcessReader implements PeerReader {
    private static final Set<String> PASSED_OVER = Set.of("ready", "refused", "failed");

    private final PeerProcess process;
    private final boolean stepwise;
    private String endReason;
    private boolean headSeen;

    /** Does not wait for the process to be ready: readers of one channel start at the same time. */
    ProcessReader(final List<String> command, final boolean stepwise) {
        this.stepwise = stepwise;
        process = PeerProcess.start(command);
    }

    @Override
    public Optional<Received> next() {
        Map<String, String> event = headSeen ? read() : significant();
        if ("head".equals(event.get("event"))) {
            event = read();
        }
        headSeen = false;
        if ("end".equals(event.get("event"))) {
            endReason = event.get("reason");
            return Optional.empty();
        }
        return Optional.of(new Received(
            Long.parseLong(event.get("sequence")), Long.parseLong(event.get("bytes")), event.get("sha256")));
    }

    @Override
    public String endReason() {
        return endReason;
    }

    @Override
    public long awaitHead() {
        if (!stepwise || headSeen) {
            throw new IllegalStateException("no head to wait for; stepwise=" + stepwise + " headSeen=" + headSeen);
        }
        final Map<String, String> event = significant();
        headSeen = true;
        return Long.parseLong(event.get("sequence"));
    }

    @Override
    public void close() {
        process.close();
    }

    private Map<String, String> read() {
        process.send("{\"op\":\"read\"}");
        return significant();
    }

    /** Passes over what the segments that come tell as well. */
    private Map<String, String> significant() {
        Map<String, String> event = process.event();
        while (PASSED_OVER.contains(event.get("event"))) {
            event = process.event();
        }
        return event;
    }
}
