package dev.rill.frame.transcode;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.MediaThreads;
import dev.rill.frame.Packet;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.PictureSource;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.FrameSlot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Makes several renditions of the pictures of one source: each rendition scaled and encoded by an agent of its own on
 * threads that all share, audio passed on to each. A rendition that fails does so alone. As a batch nothing is dropped,
 * a slow rendition holds the source back; live, a rendition that is behind gives up whole frames and the others go on.
 * <p>
 * The segments of a source that has some are kept: segment by segment each rendition has the frames of the source,
 * beginning with a keyframe, in a segment of its own, an empty one where none is left.
 * <pre>{@code
 *   try (Transcoder transcoder = new Transcoder(
 *       source, profiles, bridge, threads, DeliveryPolicy.BATCH, profile -> FileSink.open(...))) {
 *       transcoder.run();
 *       transcoder.stats().forEach(...);
 *   }
 * }</pre>
 * {@link #run} belongs to one thread; any thread may read the figures or {@link #cancel}.
 */
public final class Transcoder implements AutoCloseable {
    private static final int SPARE_FRAMES = 12;
    private static final long WAIT_NS = 100_000;

    private final PictureSource source;
    private final boolean isLive;
    private final List<Rendition> renditions = new ArrayList<>();
    private final List<MediaThreads.Turn> turns = new ArrayList<>();
    private volatile boolean cancelled;
    private boolean closed;
    private volatile long framesDecoded;

    /**
     * Prepares a transcoding.
     *
     * @param source   stays the caller's and outlives this; has {@link #framesFor} pictures if it is live.
     * @param profiles at least one, with distinct names.
     * @param bridge   allocates slots; stays the caller's and outlives this.
     * @param threads  run the renditions; stay the caller's and outlive this.
     * @param policy   what happens when a rendition is behind.
     * @param sinks    opens the place of each rendition; closed here.
     * @throws IllegalArgumentException if there is no profile, or two of the same name.
     * @throws MediaException           if there is no video, or a sink cannot be opened; then nothing is left open.
     */
    public Transcoder(
        final PictureSource source, final List<TranscodeProfile> profiles, final Bridge bridge,
        final MediaThreads threads, final DeliveryPolicy policy,
        final Function<TranscodeProfile, ResultSink> sinks) {
        check(profiles);
        if (source.program().video() == null) {
            throw new MediaException(source.description() + ": expected video, actual none");
        }
        isLive = policy == DeliveryPolicy.LIVE;
        this.source = source;
        final Rendition.Transcode shared = new Rendition.Transcode(
            bridge, source.frameRateNumerator(), source.frameRateDenominator(), source.isSegmented());
        try {
            for (final TranscodeProfile profile : profiles) {
                renditions.add(new Rendition(profile, shared, source.program(), sinks.apply(profile)));
            }
        } catch (final RuntimeException ex) {
            renditions.forEach(Rendition::onClose);
            throw ex;
        }
        renditions.forEach(rendition -> turns.add(threads.add(rendition)));
    }

    /** Pictures that a live source should have, so that no rendition that is behind holds up the others. */
    public static int framesFor(final int renditions) {
        return RenditionQueue.MAX_FRAMES * renditions + SPARE_FRAMES;
    }

    private static void check(final List<TranscodeProfile> profiles) {
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("profiles: expected at least one, actual none");
        }
        final Set<String> names = new HashSet<>();
        for (final TranscodeProfile profile : profiles) {
            if (!names.add(profile.name())) {
                throw new IllegalArgumentException(
                    "profiles: expected distinct names, actual " + profile.name() + " twice");
            }
        }
    }

    /**
     * Reads the source to its end and waits for the renditions.
     *
     * @return true if all is done; false if it was cancelled.
     * @throws MediaException if the source fails, or every rendition has.
     */
    public boolean run() {
        int outcome = PictureSource.READ;
        while (outcome != PictureSource.ENDED && !cancelled && !haveAllFailed()) {
            outcome = source.read(this::onFrame, this::onAudio);
            if (source.endsSegment()) {
                cut();
            }
            if (outcome == PictureSource.BACK_PRESSURED) {
                LockSupport.parkNanos(this, WAIT_NS);
            }
        }
        if (!cancelled) {
            for (int i = 0; i < renditions.size(); i++) {
                final Rendition rendition = renditions.get(i);
                await(() -> rendition.isOver() || rendition.queue().offerEnd());
                turns.get(i).wake();
            }
            await(() -> renditions.stream().allMatch(Rendition::isOver));
        }
        if (!cancelled && haveAllFailed()) {
            throw new MediaException("every rendition failed: " + renditions.get(0).stats().failure());
        }
        return !cancelled;
    }

    /** Ends {@link #run} soon; what is there stays incomplete. Any thread. */
    public void cancel() {
        cancelled = true;
    }

    /** Pictures decoded so far. */
    public long framesDecoded() {
        return framesDecoded;
    }

    /** Figures of each rendition, in the order of the profiles. */
    public List<RenditionStats> stats() {
        return renditions.stream().map(Rendition::stats).toList();
    }

    /** Ends the renditions and gives back everything. Idempotent. */
    @Override
    public void close() {
        cancelled = true;
        if (closed) {
            return;
        }
        closed = true;
        turns.forEach(MediaThreads.Turn::remove);
        for (final MediaThreads.Turn turn : turns) {
            while (!turn.isOver()) {
                LockSupport.parkNanos(WAIT_NS);
            }
        }
    }

    private boolean haveAllFailed() {
        return renditions.stream().allMatch(Rendition::hasFailed);
    }

    private void onAudio(final Packet packet) {
        try {
            for (int i = 0; i < renditions.size(); i++) {
                offerAudio(renditions.get(i), packet);
                turns.get(i).wake();
            }
        } finally {
            packet.release();
        }
    }

    private void cut() {
        for (int i = 0; i < renditions.size(); i++) {
            renditions.get(i).queue().offerCut();
            turns.get(i).wake();
        }
    }

    private void onFrame(final FrameSlot slot, final long pts, final long arrivalNs, final boolean keyframe) {
        framesDecoded++;
        for (int i = 0; i < renditions.size(); i++) {
            final Rendition rendition = renditions.get(i);
            if (!offer(rendition, slot.retain(), pts)) {
                slot.release();
            }
            turns.get(i).wake();
        }
        slot.release();
    }

    private boolean offer(final Rendition rendition, final FrameSlot slot, final long pts) {
        final boolean[] taken = new boolean[1];
        if (!isLive) {
            await(() -> rendition.isOver() || (taken[0] = rendition.queue().offerFrame(slot, pts)));
        } else if (!rendition.isOver() && !(taken[0] = rendition.queue().offerFrame(slot, pts))) {
            rendition.queue().onFrameLate();
        }
        return taken[0];
    }

    private void offerAudio(final Rendition rendition, final Packet packet) {
        if (!isLive) {
            await(() -> rendition.isOver() || rendition.queue().offerAudio(packet));
        } else if (!rendition.isOver() && !rendition.queue().offerAudio(packet)) {
            rendition.queue().onAudioLate();
        }
    }

    /** Waits until the condition holds; returns false if it was cancelled before. */
    private boolean await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (cancelled) {
                return false;
            }
            LockSupport.parkNanos(this, WAIT_NS);
        }
        return true;
    }
}
