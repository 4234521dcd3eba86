package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.TricklePublisher;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill publish}: publishes an input on a channel, segment by segment. */
@Command(
    name = "publish", mixinStandardHelpOptions = true, sortOptions = false,
    customSynopsis = {
        "Usage: rill publish [OPTIONS] [INPUT] URL", "       rill publish [OPTIONS] --lines [INPUT] URL",
        "       rill publish [OPTIONS] --raw FILE... URL"},
    description = {
        "Cuts an input into segments and publishes them on a channel, which is created if need be and closed at the "
            + "end.",
        "", "INPUT is a media file, a URL that FFmpeg opens, or test, and becomes MPEG-TS cut at keyframes; or it is "
            + "bytes, lines or files (--bytes, --lines, --raw). Without INPUT, or where it is -, stdin is published as "
            + "bytes or as lines."},
    footer = {
        "", "Examples:", "  rill publish movie.mp4 http://127.0.0.1:2939/movie",
        "  tail -f events.log | rill publish --lines http://127.0.0.1:2939/events --content-type text/plain"})
final class PublishCommand implements Callable<Integer> {
    static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @Parameters(
        paramLabel = "INPUT URL", arity = "0..*",
        description = "What to publish, see above, and where: for instance http://127.0.0.1:2939/movie.")
    private List<String> operands = List.of();

    @ArgGroup
    private PublishMode mode = new PublishMode();

    @Mixin
    private SourceOptions sourceOptions;

    @ArgGroup
    private Pace pace = new Pace();

    @Mixin
    private CutOptions cut;

    @Option(
        names = "--content-type", paramLabel = "TYPE",
        description = "Content type of the channel if it is created. Default: video/MP2T for media, application/json "
            + "for lines, else application/octet-stream.")
    private String contentType;

    @Option(
        names = "--resume",
        description = "Go on where the last publisher of the channel stopped; segments that it left open are ended.")
    private boolean resume;

    @Option(names = "--keep", description = "Leave the channel open at the end.")
    private boolean keep;

    @Mixin
    private ConnectionOptions connection;

    private PrintWriter err;
    private ChannelUrl channel;
    private String input;
    private String type;

    @Override
    public Integer call() throws IOException {
        err = spec.commandLine().getErr();
        checkOptions();
        try (Interrupt interrupt = new Interrupt()) {
            if (mode.isRaw()) {
                final FileSegments files = new FileSegments(inputs().stream().map(Path::of).toList());
                feed(interrupt, inputs().size() + " files", files::run);
            } else if (mode.isLines() || mode.isBytes(input)) {
                publishStream(interrupt);
            } else {
                publishMedia(interrupt);
            }
        }
        return ExitCode.DONE;
    }

    private void checkOptions() {
        Usage.require(spec, !operands.isEmpty(), "URL", "missing", "the channel to publish on");
        channel = ChannelUrl.parse(spec, "URL", operands.get(operands.size() - 1));
        input = operands.size() == 1 ? STANDARD_INPUT : operands.get(0);
        Usage.require(
            spec, mode.isRaw() || operands.size() <= 2, "INPUT", operands.size() - 1 + " of them", "one, or --raw");
        Usage.require(spec, !mode.isRaw() || operands.size() > 1, "--raw", "without a file", "the files to publish");
        sourceOptions.check();
        cut.check();
        type = contentType == null ? mode.contentType(input) : contentType;
        Usage.require(
            spec, type.matches("[\\x20-\\x7e]+"), "--content-type", type, "a media type in printable ASCII");
    }

    private List<String> inputs() {
        return operands.subList(0, operands.size() - 1);
    }

    private void publishMedia(final Interrupt interrupt) {
        final SourcePace sourcePace = pace.fast ? SourcePace.FAST : SourcePace.REALTIME;
        try (MediaPublication media = new MediaPublication(sourceOptions.open(input), sourcePace, err)) {
            publish(media.description(), publisher -> media.run(publisher, interrupt));
        }
    }

    private void publishStream(final Interrupt interrupt) throws IOException {
        try (InputStream in = openStream(); InputReader reader = new InputReader(in)) {
            final String description = STANDARD_INPUT.equals(input) ? "stdin" : input;
            feed(interrupt, description, feed -> {
                if (mode.isLines()) {
                    new LineSource(reader).run(feed);
                } else {
                    cut.cut(reader).run(feed);
                }
            });
        }
    }

    private InputStream openStream() {
        try {
            return STANDARD_INPUT.equals(input) ? InputFile.standardInput() : Files.newInputStream(Path.of(input));
        } catch (final IOException e) {
            throw new JobException("cannot read " + input + ": " + Failures.describe(e), e);
        }
    }

    private void feed(final Interrupt interrupt, final String description, final Consumer<SegmentFeed> source) {
        publish(description, publisher -> {
            final SegmentFeed feed =
                new SegmentFeed(publisher, GatewayContext.STALL_TIMEOUT_NS_DEFAULT, interrupt::isRaised);
            source.accept(feed);
            err.println("%,d bytes in %d segments".formatted(feed.bytes(), feed.segments()));
            err.flush();
        });
    }

    private void publish(final String description, final Consumer<TricklePublisher> source) {
        try (HttpTrickle trickle = Trickles.connect(spec, connection.context(channel.base()))) {
            trickle.awaitCreate(channel.name(), type);
            err.println("input        " + description);
            err.println("channel      " + channel);
            err.flush();
            try (TricklePublisher publisher = open(trickle)) {
                source.accept(publisher);
                if (keep) {
                    publisher.leave();
                }
            }
        }
    }

    private TricklePublisher open(final HttpTrickle trickle) {
        return resume ? trickle.resume(channel.name(), type) : trickle.publish(channel.name(), type);
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
}
