package dev.rill.harness;

import dev.rill.frame.source.MediaSource;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.gateway.SourcePublisher;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.TricklePublisher;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill publish}: cuts an input into segments and publishes them on a channel. */
@Command(
    name = "publish", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Cuts an input into MPEG-TS segments and publishes them on a channel, which is created if need be "
        + "and closed at the end.",
    footer = {"", "Example: rill publish movie.mp4 http://127.0.0.1:2939/movie"})
final class PublishCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "INPUT", description = "Media file, URL that FFmpeg opens, or test.")
    private String input;

    @Parameters(
        index = "1", paramLabel = "URL", converter = ChannelUrl.Converter.class,
        description = "Channel, for instance http://127.0.0.1:2939/movie.")
    private ChannelUrl channel;

    @Mixin
    private SourceOptions sourceOptions;

    @ArgGroup
    private Pace pace = new Pace();

    @Option(
        names = "--content-type", paramLabel = "TYPE", defaultValue = "video/MP2T",
        description = "Content type of the channel if it is created. Default: ${DEFAULT-VALUE}.")
    private String contentType;

    @Override
    public Integer call() {
        final PrintWriter err = spec.commandLine().getErr();
        sourceOptions.check();
        Usage.require(
            spec, contentType.matches("[\\x20-\\x7e]+"), "--content-type", contentType,
            "a media type in printable ASCII");
        try (Interrupt interrupt = new Interrupt();
            MediaSource source = sourceOptions.open(input);
            HttpTrickle trickle = HttpTrickle.connect(new HttpTrickleContext().baseUri(channel.base())
                .retryBudgetNs(TimeUnit.SECONDS.toNanos(10)))) {
            trickle.awaitCreate(channel.name(), contentType);
            err.println("input        " + source.description());
            err.println("channel      " + channel);
            err.flush();
            publish(source, trickle, interrupt, new Figures(err));
        }
        return ExitCode.DONE;
    }

    private void publish(
        final MediaSource source, final HttpTrickle trickle, final Interrupt interrupt, final Figures figures) {
        try (TricklePublisher publisher = trickle.publish(channel.name(), contentType)) {
            new SourcePublisher(
                source, publisher, pace.fast ? SourcePace.FAST : SourcePace.REALTIME,
                GatewayContext.STALL_TIMEOUT_NS_DEFAULT, SystemNanoClock.INSTANCE, interrupt::isRaised, figures)
                .run(interrupt::isRaised);
        }
        figures.showTotal();
    }

    /** One of two. */
    private static final class Pace {
        @Option(names = "--realtime", description = "Pace the input by its own clock (default).")
        private boolean realtime;

        @Option(
            names = "--fast",
            description = "Publish as fast as the server takes it; readers that are more than five segments behind "
                + "lose data.")
        private boolean fast;
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
