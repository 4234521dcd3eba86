package dev.rill.jobs;

import dev.rill.frame.MediaThreads;
import dev.rill.frame.PacketPool;
import dev.rill.frame.PipelineEnd;
import dev.rill.frame.PipelineProgress;
import dev.rill.frame.StreamError;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.source.ChannelEndedException;
import dev.rill.frame.source.ChannelSource;
import dev.rill.frame.source.DecodedPackets;
import dev.rill.frame.transcode.RenditionStats;
import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.frame.transcode.Transcoder;
import dev.rill.gpu.Bridge;
import dev.rill.jobs.session.SessionChannels;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Renditions of what comes in, decoded once, each on a channel of its own, segment by segment. A rendition that fails
 * is told as an error, the others go on. One thread reads; it is gone after {@link #close}.
 */
final class TranscodeWork implements SessionWork {
    /** A session waits for its input as long as its agent lets it. */
    private static final long FOR_EVER_NS = Long.MAX_VALUE / 4;
    private static final long JOIN_MS = 15_000;

    private final OrchestratorContext context;
    private final List<TranscodeProfile> profiles;
    private final SessionChannels channels;
    private final TrickleServer server;
    private final Trickle local;
    private final Bridge bridge;
    private final MediaThreads mediaThreads;
    private final PipelineWatch watch;
    private final TrickleSubscriber input;
    private final List<ChannelSink> sinks = new CopyOnWriteArrayList<>();
    private final Set<String> failuresTold = new HashSet<>();
    private final Thread thread;
    private volatile ChannelSource source;
    private volatile DecodedPackets decoded;
    private volatile Transcoder transcoder;
    private volatile boolean closed;

    TranscodeWork(
        final OrchestratorContext context, final List<TranscodeProfile> profiles, final SessionChannels channels,
        final TrickleServer server, final Trickle local, final Bridge bridge, final MediaThreads mediaThreads,
        final PipelineWatch watch) {
        this.context = context;
        this.profiles = profiles;
        this.channels = channels;
        this.server = server;
        this.local = local;
        this.bridge = bridge;
        this.mediaThreads = mediaThreads;
        this.watch = watch;
        input = local.subscribe(channels.in(), Trickle.CURRENT);
        thread = new Thread(this::run, "trickle-transcode-" + channels.manifestId());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        PipelineEnd end = PipelineEnd.FAILED;
        try (ChannelSource opened = ChannelSource.open(
            channels.in(), input, new PacketPool(), context.nanoClock(), FOR_EVER_NS)) {
            source = opened;
            transcode(opened);
            end = closed ? PipelineEnd.CLOSED : PipelineEnd.CHANNEL_CLOSED;
        } catch (final ChannelEndedException ex) {
            end = closed ? PipelineEnd.CLOSED
                : ex.reason() == EndReason.CHANNEL_CLOSED ? PipelineEnd.CHANNEL_CLOSED : PipelineEnd.INPUT_LOST;
        } catch (final MediaException ex) {
            watch.onError(new StreamError(codeOfFailure(), true, ex.getMessage()));
        } catch (final RuntimeException ex) {
            watch.onError(new StreamError(StreamError.Code.INTERNAL, true, "transcoding: " + ex));
        } finally {
            watch.onEnd(end);
        }
    }

    private StreamError.Code codeOfFailure() {
        final Transcoder made = transcoder;
        final boolean haveAllFailed =
            made != null && made.stats().stream().allMatch(rendition -> rendition.failure() != null);
        return haveAllFailed ? StreamError.Code.ENCODER : StreamError.Code.INPUT_FAILED;
    }

    private void transcode(final ChannelSource opened) {
        try (DecodedPackets pictures =
                new DecodedPackets(opened, bridge, Transcoder.framesFor(profiles.size()));
            Transcoder made =
                new Transcoder(pictures, profiles, bridge, mediaThreads, context.policy(), this::sink)) {
            decoded = pictures;
            transcoder = made;
            if (!closed) {
                made.run();
            }
        }
    }

    private ChannelSink sink(final TranscodeProfile profile) {
        final String channel = channels.out(profile.name());
        final ChannelSink sink = new ChannelSink(channel, local.publish(channel));
        sinks.add(sink);
        return sink;
    }

    @Override
    public String pipelineName() {
        return TranscodeRequest.MODEL;
    }

    @Override
    public Map<String, ?> parameters() {
        return Map.of("profiles", profiles.stream().map(TranscodeProfile::name).toList());
    }

    @Override
    public void control(final Map<String, Object> document) {
        throw new IllegalArgumentException("the profiles of a session are fixed: expected {\"keep\":\"alive\"}, got "
            + String.join(", ", document.keySet()));
    }

    /** Frames that were left out for a lower rate count as output here: they are not behind. */
    @Override
    public PipelineProgress progress() {
        final Transcoder running = transcoder;
        if (running == null) {
            return new PipelineProgress(0, 0, 0, 0, 0, 0);
        }
        long framesOut = 0;
        long audioUnits = 0;
        for (final RenditionStats rendition : running.stats()) {
            framesOut = Math.max(framesOut, rendition.framesOut() + rendition.framesThinned());
            audioUnits = Math.max(audioUnits, rendition.audioUnits());
            tellFailure(rendition);
        }
        return new PipelineProgress(running.framesDecoded() + decoded.unitsLost(), framesOut, audioUnits, audioUnits,
            source.segmentsRead(), sinks.stream().mapToLong(sink -> sink.counters().publishedBytes()).sum());
    }

    private void tellFailure(final RenditionStats rendition) {
        if (rendition.failure() != null && failuresTold.add(rendition.name())) {
            watch.onError(new StreamError(StreamError.Code.ENCODER, false, rendition.failure()));
        }
    }

    @Override
    public Map<String, Object> statistics() {
        final Transcoder running = transcoder;
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("frames_in", running == null ? 0 : running.framesDecoded());
        fields.put("units_lost", running == null ? 0 : decoded.unitsLost());
        fields.put("input_warnings", running == null ? 0 : source.warnings());
        final List<Map<String, Object>> renditions = new ArrayList<>();
        if (running != null) {
            running.stats().forEach(rendition -> renditions.add(statistics(rendition)));
        }
        fields.put("renditions", renditions);
        return fields;
    }

    private static Map<String, Object> statistics(final RenditionStats rendition) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", rendition.name());
        fields.put("size", rendition.width() == 0 ? "" : rendition.width() + "x" + rendition.height());
        fields.put("frames_in", rendition.framesIn());
        fields.put("frames_out", rendition.framesOut());
        fields.put("frames_thinned", rendition.framesThinned());
        fields.put("frames_late", rendition.framesLate());
        fields.put("frames_failed", rendition.framesFailed());
        fields.put("audio_units", rendition.audioUnits());
        fields.put("audio_failed", rendition.audioFailed());
        fields.put("segments", rendition.segments());
        fields.put("encoder", rendition.encoder());
        fields.put("failure", rendition.failure());
        return fields;
    }

    @Override
    public void close() {
        closed = true;
        server.channels().close(channels.in()); // Ends the wait for a program, or for more.
        final Transcoder running = transcoder;
        if (running != null) {
            running.cancel();
        }
        try {
            thread.join(JOIN_MS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
