package dev.rill.jobs.gateway;

import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.MediaSource;
import dev.rill.jobs.session.SessionRequest;
import java.util.Objects;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Options of a {@link GatewaySession}. Used for one launch. Not thread-safe. */
public final class GatewayContext {
    /** Default of {@link #stallTimeoutNs}. */
    public static final long STALL_TIMEOUT_NS_DEFAULT = 10_000_000_000L;

    private OrchestratorLink link;
    private MediaSource source;
    private Supplier<ResultSink> sink;
    private SessionRequest request;
    private SourcePace pace = SourcePace.REALTIME;
    private long stallTimeoutNs = STALL_TIMEOUT_NS_DEFAULT;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private boolean concluded;

    /** How the orchestrator is reached; required; stays the caller's. */
    public OrchestratorLink link() {
        return link;
    }

    /** Sets {@link #link()}. */
    public GatewayContext link(final OrchestratorLink newLink) {
        link = newLink;
        return this;
    }

    /** What is published; required; closed with the session. */
    public MediaSource source() {
        return source;
    }

    /** Sets {@link #source()}. */
    public GatewayContext source(final MediaSource newSource) {
        source = newSource;
        return this;
    }

    /** Opens what the result goes to, once the orchestrator has agreed; required; closed with the session. */
    public Supplier<ResultSink> sink() {
        return sink;
    }

    /** Sets {@link #sink()}. */
    public GatewayContext sink(final Supplier<ResultSink> newSink) {
        sink = newSink;
        return this;
    }

    /** What is asked of the orchestrator; required. */
    public SessionRequest request() {
        return request;
    }

    /** Sets {@link #request()}. */
    public GatewayContext request(final SessionRequest newRequest) {
        request = newRequest;
        return this;
    }

    /** How fast the source is published; default {@link SourcePace#REALTIME}. */
    public SourcePace pace() {
        return pace;
    }

    /** Sets {@link #pace()}. */
    public GatewayContext pace(final SourcePace newPace) {
        pace = newPace;
        return this;
    }

    /**
     * How long the session waits for a sign of life where it has to wait, in nanoseconds: for room to publish, for the
     * result to come closer, for the tail after the source ended. Default {@value #STALL_TIMEOUT_NS_DEFAULT}.
     */
    public long stallTimeoutNs() {
        return stallTimeoutNs;
    }

    /** Sets {@link #stallTimeoutNs()}. */
    public GatewayContext stallTimeoutNs(final long newStallTimeoutNs) {
        stallTimeoutNs = newStallTimeoutNs;
        return this;
    }

    /** Monotonic clock. */
    public NanoClock clock() {
        return clock;
    }

    /** Sets {@link #clock()}. */
    public GatewayContext clock(final NanoClock newClock) {
        clock = newClock;
        return this;
    }

    /** Checks the options; called once by {@link GatewaySession#launch}. */
    void conclude() {
        if (concluded) {
            throw new IllegalStateException("this GatewayContext has launched a session already");
        }
        concluded = true;
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(sink, "sink");
        Objects.requireNonNull(request, "request");
        if (stallTimeoutNs < 1) {
            throw new IllegalArgumentException("stallTimeoutNs=" + stallTimeoutNs + ": expected at least 1");
        }
    }
}
