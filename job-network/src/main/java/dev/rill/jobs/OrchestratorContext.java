package dev.rill.jobs;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.TrickleServerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** Options of an {@link Orchestrator}. Used for one launch. Not thread-safe. */
public final class OrchestratorContext {
    /** Most sessions at a time, default of {@link #maxSessions}. */
    public static final int MAX_SESSIONS_DEFAULT = 16;

    private static final int MAX_MEDIA_THREADS = 256;

    /**
     * Interval of status events in nanoseconds, default of {@link #statusIntervalNs}: what gateways in the field
     * expect.
     */
    public static final long STATUS_INTERVAL_NS_DEFAULT = 10_000_000_000L;

    /** Base path of the trickle channels on the orchestrator's port. */
    public static final String BASE_PATH = "/ai/trickle/";

    private TrickleServerContext server = new TrickleServerContext();
    private BridgeContext bridge = new BridgeContext();
    private final List<Model> models = new ArrayList<>(Model.builtIns());
    private DeliveryPolicy policy = DeliveryPolicy.LIVE;
    private int maxSessions = MAX_SESSIONS_DEFAULT;
    private int mediaThreads = Runtime.getRuntime().availableProcessors();
    private long statusIntervalNs = STATUS_INTERVAL_NS_DEFAULT;
    private FramePipelineListener frameListener = FramePipelineListener.NONE;
    private Function<SessionRequest, AudioProcessing> audio = request -> null;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private boolean concluded;

    /** Trickle server of this orchestrator; its base path is set to {@link #BASE_PATH} at launch. */
    public TrickleServerContext server() {
        return server;
    }

    /** Sets {@link #server()}. */
    public OrchestratorContext server(final TrickleServerContext newServer) {
        server = newServer;
        return this;
    }

    /** Device that runs the models. */
    public BridgeContext bridge() {
        return bridge;
    }

    /** Sets {@link #bridge()}. */
    public OrchestratorContext bridge(final BridgeContext newBridge) {
        bridge = newBridge;
        return this;
    }

    /** The models that sessions may name, those that are built in first. */
    public List<Model> models() {
        return List.copyOf(models);
    }

    /**
     * Offers one more model to sessions, under its {@linkplain Model#name() name}.
     *
     * @param model not of a name that is taken.
     * @return this.
     * @throws IllegalArgumentException if there is a model of that name.
     */
    public OrchestratorContext addModel(final Model model) {
        if (model.name().equals(TranscodeRequest.MODEL)
            || models.stream().anyMatch(other -> other.name().equals(model.name()))) {
            throw new IllegalArgumentException("model '" + model.name() + "': the name is taken");
        }
        models.add(model);
        return this;
    }

    /** What happens when frames come faster than the model takes them; default {@link DeliveryPolicy#LIVE}. */
    public DeliveryPolicy policy() {
        return policy;
    }

    /** Sets {@link #policy()}. */
    public OrchestratorContext policy(final DeliveryPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    /**
     * Most sessions at a time, at least 1, default {@value #MAX_SESSIONS_DEFAULT}; beyond it a start is answered
     * 503.
     */
    public int maxSessions() {
        return maxSessions;
    }

    /** Sets {@link #maxSessions()}. */
    public OrchestratorContext maxSessions(final int newMaxSessions) {
        maxSessions = newMaxSessions;
        return this;
    }

    /**
     * Threads that the stages of all sessions share fairly, 1 to 256; default the number of processors.
     */
    public int mediaThreads() {
        return mediaThreads;
    }

    /** Sets {@link #mediaThreads()}. */
    public OrchestratorContext mediaThreads(final int newMediaThreads) {
        mediaThreads = newMediaThreads;
        return this;
    }

    /** Time between status events in nanoseconds, default {@value #STATUS_INTERVAL_NS_DEFAULT}. */
    public long statusIntervalNs() {
        return statusIntervalNs;
    }

    /** Sets {@link #statusIntervalNs()}. */
    public OrchestratorContext statusIntervalNs(final long newStatusIntervalNs) {
        statusIntervalNs = newStatusIntervalNs;
        return this;
    }

    /** Observes the frames of every session, on their threads; default {@link FramePipelineListener#NONE}. */
    public FramePipelineListener frameListener() {
        return frameListener;
    }

    /** Sets {@link #frameListener()}. */
    public OrchestratorContext frameListener(final FramePipelineListener newFrameListener) {
        frameListener = newFrameListener;
        return this;
    }

    /**
     * How the sound of a session is processed, asked once when it starts, on the thread of the start; null leaves it as
     * it is, which is the default.
     */
    public Function<SessionRequest, AudioProcessing> audio() {
        return audio;
    }

    /** Sets {@link #audio()}. */
    public OrchestratorContext audio(final Function<SessionRequest, AudioProcessing> newAudio) {
        audio = newAudio;
        return this;
    }

    /** Monotonic clock, for intervals. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /** Sets {@link #nanoClock()}. */
    public OrchestratorContext nanoClock(final NanoClock newNanoClock) {
        nanoClock = newNanoClock;
        return this;
    }

    /** Wall clock, for time stamps in events. */
    public EpochClock epochClock() {
        return epochClock;
    }

    /** Sets {@link #epochClock()}. */
    public OrchestratorContext epochClock(final EpochClock newEpochClock) {
        epochClock = newEpochClock;
        return this;
    }

    /** Checks the options; called once by {@link Orchestrator#launch}. */
    void conclude() {
        if (concluded) {
            throw new IllegalStateException("this OrchestratorContext has launched an orchestrator already");
        }
        concluded = true;
        if (maxSessions < 1) {
            throw new IllegalArgumentException("maxSessions=" + maxSessions + ": expected at least 1");
        }
        if (mediaThreads < 1 || mediaThreads > MAX_MEDIA_THREADS) {
            throw new IllegalArgumentException(
                "mediaThreads=" + mediaThreads + ": expected 1 to " + MAX_MEDIA_THREADS);
        }
        if (statusIntervalNs < 1_000_000L) {
            throw new IllegalArgumentException(
                "statusIntervalNs=" + statusIntervalNs + ": expected at least 1000000 (1 ms)");
        }
    }
}
