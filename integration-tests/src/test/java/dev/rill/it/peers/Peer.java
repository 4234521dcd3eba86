package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.fail;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** The implementations. */
enum Peer {
    /** This project. */
    RILL("http1", new Tool(() -> "")),
    /** This project, over HTTP/2. */
    RILL_HTTP2("http2", new Tool(() -> "")),
    /** A client of ours on Go's HTTP stack. */
    GO("go", new Tool(GoTool::peer)),
    /** A client of ours on Go's HTTP stack, over HTTP/2. */
    GO_HTTP2("go", new Tool(GoTool::peer)),
    /** The field's Go package. */
    GO_REFERENCE("go", new Tool(GoTool::reference)),
    /** A client of ours in the runners' pattern, on an aiohttp that sends heads at once. */
    RUNNER_EAGER("runner", new Tool(() -> PythonTool.interpreter("eager"))),
    /** A client of ours in the runners' pattern, on an aiohttp that holds heads back. */
    RUNNER_LAZY("runner", new Tool(() -> PythonTool.interpreter("lazy"))),
    /** A client of ours in the Python gateway's pattern, on an aiohttp that sends heads at once. */
    GATEWAY_EAGER("gateway", new Tool(() -> PythonTool.interpreter("eager"))),
    /** A client of ours in the Python gateway's pattern, on an aiohttp that holds heads back. */
    GATEWAY_LAZY("gateway", new Tool(() -> PythonTool.interpreter("lazy"))),
    /** The field's Python package. */
    SDK("sdk", new Tool(() -> PythonTool.interpreter("sdk")));

    private static final Set<Peer> SAID = ConcurrentHashMap.newKeySet();

    private final String style;
    private final Tool tool;

    Peer(final String style, final Tool tool) {
        this.style = style;
        this.tool = tool;
    }

    /** Those that can be had here; says of the others why not. */
    static List<Peer> available() {
        return Arrays.stream(values()).filter(Peer::isAvailable).toList();
    }

    /** Skips the test, or fails it where this peer is required, when it cannot be had. */
    void require() {
        if (!isAvailable()) {
            Assumptions.abort(this + " cannot be had");
        }
    }

    /** Where the binary is; after {@link #require()}. */
    String path() {
        return tool.path();
    }

    /** Whether this is Rill's client, which shares this process and says good-bye when it is closed. */
    boolean isRill() {
        return this == RILL || this == RILL_HTTP2;
    }

    /** Whether a publisher begins at 0 without looking at the channel, as most of the field's do. */
    boolean numbersFromZero() {
        return this != GATEWAY_EAGER && this != GATEWAY_LAZY;
    }

    PeerPublisher publisher(final URI base, final String channel, final long seed) {
        if (isRill()) {
            return RillPublisher.start(RillClients.connect(base, style), channel, seed);
        }
        final List<String> command = command("publish", base + channel);
        command.add("--seed=" + seed);
        return new ProcessPublisher(command);
    }

    /** A publisher that takes a channel over; only Rill's and those in the gateway's pattern can. */
    PeerPublisher successor(final URI base, final String channel, final long seed) {
        return isRill()
            ? RillPublisher.resume(RillClients.connect(base, style), channel, seed)
            : publisher(base, channel, seed);
    }

    PeerReader reader(final URI base, final String channel, final long start) {
        return isRill()
            ? new RillReader(RillClients.connect(base, style), channel, start)
            : new ProcessReader(subscribe(base + channel, start), false);
    }

    /** A reader that reads the body of a segment only when it is asked for the segment. */
    PeerReader stepwiseReader(final URI base, final String channel, final long start) {
        if (isRill()) {
            return reader(base, channel, start);
        }
        final List<String> command = subscribe(base + channel, start);
        command.add("--stepwise");
        return new ProcessReader(command, true);
    }

    private boolean isAvailable() {
        if (this == GO_REFERENCE && !isRequired("RILL_REQUIRE_REFERENCE")) {
            say("set RILL_REQUIRE_REFERENCE=1 where its Go module can be had");
            return false;
        }
        try {
            tool.path();
            return true;
        } catch (final Toolbox.Unavailable e) {
            if (this == GO_REFERENCE || isRequired("RILL_REQUIRE_PEERS")) {
                fail("%s is required and cannot be had: %s", this, e.getMessage());
            }
            say(e.getMessage());
            return false;
        }
    }

    private void say(final String reason) {
        if (SAID.add(this)) {
            System.out.println("skipped: " + this + ": " + reason);
        }
    }

    private List<String> subscribe(final String url, final long start) {
        final List<String> command = command("subscribe", url);
        command.add("--start=" + start);
        return command;
    }

    private List<String> command(final String verb, final String url) {
        if (!style.equals("go")) {
            return PythonTool.command(path(), style, verb, url);
        }
        final List<String> command = new ArrayList<>(List.of(path(), verb, "--url", url));
        if (this == GO_HTTP2) {
            command.add("--http2");
        }
        return command;
    }

    private static boolean isRequired(final String variable) {
        return "1".equals(System.getenv(variable));
    }
}
