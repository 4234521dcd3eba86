package dev.rill.harness;

import dev.rill.frame.source.MediaSource;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.gateway.SourcePublisher;
import dev.rill.trickle.TricklePublisher;
import java.io.PrintWriter;
import org.agrona.concurrent.SystemNanoClock;

/** Publishes media as MPEG-TS cut at keyframes, and shows on stderr how that goes. One thread. */
final class MediaPublication implements AutoCloseable {
    private final MediaSource source;
    private final SourcePace pace;
    private final PrintWriter err;

    /**
     * @param source owned.
     * @param pace   how fast.
     * @param err    told what leaves, now and then and at the end.
     */
    MediaPublication(final MediaSource source, final SourcePace pace, final PrintWriter err) {
        this.source = source;
        this.pace = pace;
        this.err = err;
    }

    String description() {
        return source.description();
    }

    /** Publishes until the source ends or the process is to end. */
    void run(final TricklePublisher publisher, final Interrupt interrupt) {
        final Figures figures = new Figures(err);
        new SourcePublisher(
            source, publisher, pace, GatewayContext.STALL_TIMEOUT_NS_DEFAULT, SystemNanoClock.INSTANCE,
            interrupt::isRaised, figures)
            .run(interrupt::isRaised);
        figures.showTotal();
    }

    @Override
    public void close() {
        source.close();
    }

    /** Counts what leaves and shows it now and then. */
    private static final class Figures implements SourcePublisher.Listener {
        private final PrintWriter err;
        private final Progress progress;
        private final long startNs = System.nanoTime();
        private long frames;
        private long bytes;
        private long segments;

        Figures(final PrintWriter err) {
            this.err = err;
            progress = new Progress(err, System.console() != null, startNs);
        }

        @Override
        public void onFrame(final long pts, final long existedNs) {
            frames++;
        }

        @Override
        public void onBytes(final int length) {
            bytes += length;
            final long nowNs = System.nanoTime();
            if (progress.isDue(nowNs)) {
                progress.show(nowNs, text());
            }
        }

        @Override
        public void onSegmentEnd() {
            segments++;
        }

        void showTotal() {
            progress.close();
            err.println(text());
            err.flush();
        }

        private String text() {
            return "%6.1f s  %d frames, %,d bytes in %d segments".formatted(
                (System.nanoTime() - startNs) / 1e9, frames, bytes, segments);
        }
    }
}
