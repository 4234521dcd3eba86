package dev.rill.jobs;

import dev.rill.frame.FramePipeline;
import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.MediaThreads;
import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.DeviceInfo;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.jobs.session.SessionSize;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.agrona.CloseHelper;

/**
 * The orchestrator role: holds the trickle server and the channels of every session, and runs each session's frames
 * through the inference bridge in this process, or transcodes them (model id {@value TranscodeRequest#MODEL}, profiles
 * in the parameter {@code profiles}) into renditions with a channel each.
 * <p>
 * Gateways start sessions with {@code POST /live-video-to-video} on {@link #uri()}, or with {@link #start} when they
 * live in the same process. Safe for use by any thread.
 */
public final class Orchestrator implements AutoCloseable {
    private final OrchestratorContext context;
    private final Bridge bridge;
    private final MediaThreads mediaThreads;
    private final TrickleServer server;
    private final StartRoute startRoute;
    private final Map<String, LiveSession> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger reserved = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Orchestrator(final OrchestratorContext context) {
        this.context = context;
        bridge = Bridge.launch(context.bridge());
        mediaThreads = MediaThreads.start(context.mediaThreads());
        startRoute = new StartRoute(this);
        try {
            server = TrickleServer.launch(
                context.server().basePath(OrchestratorContext.BASE_PATH).route(SessionRequest.ROUTE, startRoute));
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(startRoute, mediaThreads, bridge);
            throw e;
        }
    }

    /**
     * Starts an orchestrator that listens.
     *
     * @param context options; used up.
     * @return a working orchestrator.
     * @throws RuntimeException in one line, when the port is taken or the device refuses; nothing is left open.
     */
    public static Orchestrator launch(final OrchestratorContext context) {
        context.conclude();
        return new Orchestrator(context);
    }

    /** Where gateways reach this orchestrator, without a path. */
    public URI uri() {
        return server.baseUri().resolve("/");
    }

    /** The in-process carriage on this orchestrator's channels. */
    public Trickle local() {
        return server.local();
    }

    /** The device that runs the models. */
    public DeviceInfo device() {
        return bridge.device();
    }

    /**
     * Starts a session: reserves capacity, creates the channels, then starts the engine.
     *
     * @param request what the gateway asks for.
     * @return the session's URLs, from the gateway's point of view.
     * @throws JobException status 400 for an unknown model, bad parameters, size or profiles, 503 without capacity; no
     *                      channel exists then.
     */
    public SessionReply start(final SessionRequest request) {
        final Plan plan = plan(request);
        final SessionChannels channels = plan.channels;
        reserve();
        final LiveSession session;
        try {
            channels.create(server.channels());
            session = new LiveSession(context, channels, server, plan.work, this::onSessionEnded);
        } catch (final RuntimeException e) {
            channels.close(server.channels());
            reserved.decrementAndGet();
            throw e;
        }
        sessions.put(channels.manifestId(), session);
        session.begin();
        if (closed.get()) {
            session.close();
            throw closing();
        }
        return SessionReply.of(channels, server.baseUri(), request.gatewayRequestId());
    }

    /** The session of that manifest id, while it runs. */
    public Optional<LiveSession> session(final String manifestId) {
        return Optional.ofNullable(sessions.get(manifestId));
    }

    /** Number of sessions that run. */
    public int sessionCount() {
        return sessions.size();
    }

    /** The trickle server of this orchestrator. */
    public TrickleServer server() {
        return server;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            CloseHelper.quietClose(startRoute);
            sessions.values().forEach(LiveSession::stop);
            CloseHelper.quietCloseAll(sessions.values());
            CloseHelper.closeAll(mediaThreads, server, bridge);
        }
    }

    /**
     * What a request comes to.
     *
     * @param channels to be created.
     * @param work     to be begun.
     */
    private record Plan(SessionChannels channels, LiveSession.WorkOpener work) {
    }

    private Plan plan(final SessionRequest request) {
        try {
            return TranscodeRequest.matches(request) ? transcoding(request) : inference(request);
        } catch (final IllegalArgumentException e) {
            throw new JobException(400, e.getMessage());
        }
    }

    private Plan transcoding(final SessionRequest request) {
        final List<TranscodeProfile> profiles = TranscodeRequest.profiles(request.params());
        final SessionChannels channels =
            new SessionChannels(ManifestId.random(), profiles.stream().map(TranscodeProfile::name).toList());
        return new Plan(channels, (local, watch) ->
            new TranscodeWork(context, profiles, channels, server, local, bridge, mediaThreads, watch));
    }

    private Plan inference(final SessionRequest request) {
        final SessionSize size = SessionSize.of(request.params());
        final ModelParameters parameters = model(request.modelId())
            .parameters(ControlDocument.parameters(SessionSize.without(request.params())));
        final SessionChannels channels = new SessionChannels(ManifestId.random());
        return new Plan(channels, (local, watch) -> new PipelineWork(FramePipeline.launch(new FramePipelineContext()
            .subscriber(local.subscribe(channels.in(), Trickle.CURRENT))
            .publisher(local.publish(channels.out()))
            .bridge(bridge)
            .model(parameters.model())
            .parameters(parameters)
            .outputSize(size.width(), size.height())
            .audio(context.audio().apply(request))
            .policy(context.policy())
            .mediaThreads(mediaThreads)
            .clock(context.nanoClock())
            .listener(watch)), size));
    }

    private Model model(final String id) {
        final List<Model> models = context.models();
        return models.stream().filter(model -> model.name().equals(id)).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("unknown model '" + id + "': known are "
                + models.stream().map(Model::name).collect(Collectors.joining(", "))));
    }

    private void reserve() {
        if (closed.get()) {
            throw closing();
        }
        if (reserved.incrementAndGet() > context.maxSessions()) {
            reserved.decrementAndGet();
            throw new JobException(503, "insufficient capacity");
        }
    }

    private static JobException closing() {
        return new JobException(503, "orchestrator is closing");
    }

    private void onSessionEnded(final LiveSession session) {
        if (sessions.remove(session.channels().manifestId()) != null) {
            reserved.decrementAndGet();
        }
    }
}
