package dev.rill.jobs.gateway;

import dev.rill.frame.Packet;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.SegmentSink;
import dev.rill.frame.source.Segmenter;
import dev.rill.jobs.JobException;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * Cuts a media source into segments and publishes them, at the source's own pace or as fast as they are taken.
 * <p>
 * One thread calls {@link #run}, which blocks. Owns neither the source nor the publisher.
 */
public final class SourcePublisher {
    private static final long TICKS_PER_SECOND = 90_000L;

    private final MediaSource source;
    private final TricklePublisher publisher;
    private final Listener listener;
    private final Waiting waiting;
    private final Pacing pacing;
    private final Segmenter segmenter;
    private final long frameTicks;
    private BooleanSupplier stop = () -> false;
    private SegmentWriter segment;
    private long nextVideoDts;
    private long framePts;
    private boolean inFrame;

    /**
     * @param source         what to publish.
     * @param publisher      where to.
     * @param pace           how fast.
     * @param stallTimeoutNs how long the publisher may take nothing.
     * @param clock          monotonic clock.
     * @param cancelled      ends every wait early; what is under way is given up then.
     * @param listener       told what happens, on the thread of {@link #run}.
     */
    public SourcePublisher(
        final MediaSource source, final TricklePublisher publisher, final SourcePace pace, final long stallTimeoutNs,
        final NanoClock clock, final BooleanSupplier cancelled, final Listener listener) {
        this.source = source;
        this.publisher = publisher;
        this.listener = listener;
        waiting = new Waiting(clock, stallTimeoutNs, cancelled);
        pacing = pace == SourcePace.REALTIME ? new Pacing(clock) : null;
        segmenter = new Segmenter(source.program(), new Outlet());
        frameTicks = TICKS_PER_SECOND * source.frameRateDenominator() / source.frameRateNumerator();
    }

    /**
     * Publishes until the source ends or is to stop; the last segment is complete then.
     *
     * @param stopRequested asked between packets.
     * @throws dev.rill.frame.codec.MediaException when the source fails.
     * @throws JobException                        when the publisher takes nothing any more.
     */
    public void run(final BooleanSupplier stopRequested) {
        stop = stopRequested;
        boolean more = true;
        while (more && !stopRequested.getAsBoolean()) {
            if (pacing != null && pacing.isStarted()) {
                pacing.awaitDue(nextVideoDts, stop);
            }
            more = source.read(this::onPacket);
        }
        segmenter.close();
    }

    private void onPacket(final Packet packet) {
        final long dueNs = pacing == null ? Long.MIN_VALUE : pacing.awaitDue(packet.dts(), stop);
        inFrame = packet.kind() == Packet.Kind.VIDEO;
        if (inFrame) {
            nextVideoDts = packet.dts() + frameTicks;
            framePts = packet.pts();
            listener.onFrame(framePts, Math.max(packet.arrivalNs(), dueNs));
        }
        segmenter.onPacket(packet);
    }

    /** Told what happens. */
    public interface Listener {
        /**
         * A segment is about to begin; may block until there is room for it.
         *
         * @return whether it blocked, in which case the frame at hand counts from now on.
         */
        default boolean beforeSegment() {
            return false;
        }

        /**
         * A video frame leaves; told again when a wait for room came after the first telling.
         *
         * @param pts       90 kHz ticks.
         * @param existedNs monotonic time at which the frame was there to be published.
         */
        default void onFrame(final long pts, final long existedNs) {
        }

        /**
         * Bytes left.
         *
         * @param length how many.
         */
        default void onBytes(final int length) {
        }

        /** The segment is complete. */
        default void onSegmentEnd() {
        }
    }

    private final class Outlet implements SegmentSink {
        @Override
        public void beginSegment() {
            if (listener.beforeSegment() && inFrame) {
                listener.onFrame(framePts, waiting.nowNs());
            }
            if (publisher.failure() != null) {
                throw refused();
            }
            segment = publisher.beginSegment();
        }

        @Override
        public void accept(final ByteBuffer bytes) {
            final int length = bytes.remaining();
            if (!waiting.await(() -> isTaken(segment.offer(bytes)))) {
                throw new JobException(504, "nothing was taken for " + waiting.limitMs() + " ms while publishing");
            }
            listener.onBytes(length);
        }

        @Override
        public void endSegment() {
            segment.complete();
            listener.onSegmentEnd();
        }

        private boolean isTaken(final int outcome) {
            if (outcome == SegmentWriter.CLOSED) {
                throw refused();
            }
            return outcome != SegmentWriter.BACK_PRESSURED;
        }

        private JobException refused() {
            return new JobException(502, "publishing ended early: " + EndReasons.describe(publisher.failure()));
        }
    }
}
