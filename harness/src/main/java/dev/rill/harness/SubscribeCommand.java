package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.EndReasons;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill subscribe}: writes the segments of a channel one behind the other. */
@Command(
    name = "subscribe", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Follows a channel and writes its segments one behind the other until it is closed or interrupted.",
    footer = {"", "Example: rill subscribe http://127.0.0.1:2939/movie -o - | ffplay -"})
final class SubscribeCommand implements Callable<Integer> {
    private static final int POLL_LIMIT = 64;
    private static final long IDLE_NS = 1_000_000L;

    @Spec
    private CommandSpec spec;

    @Parameters(
        paramLabel = "URL", converter = ChannelUrl.Converter.class,
        description = "Channel, for instance http://127.0.0.1:2939/movie.")
    private ChannelUrl channel;

    @Option(
        names = {"-o", "--out"}, paramLabel = "FILE", defaultValue = "-",
        description = "Where to write; - is stdout. Default: ${DEFAULT-VALUE}.")
    private String out;

    @Option(
        names = "--from", paramLabel = "SEGMENT", defaultValue = "current", converter = StartPosition.class,
        description = "Where to begin: current (the segment being written), next, or a number. "
            + "Default: ${DEFAULT-VALUE}.")
    private Long from;

    @Option(
        names = {"-n", "--segments"}, paramLabel = "COUNT", defaultValue = "0",
        description = "Stop after so many segments; 0 for no limit. Default: ${DEFAULT-VALUE}.")
    private long segments;

    @Override
    public Integer call() throws IOException {
        final PrintWriter err = spec.commandLine().getErr();
        Usage.require(spec, segments >= 0, "--segments", segments, "0 or more");
        try (Interrupt interrupt = new Interrupt();
            OutputStream stream = open();
            HttpTrickle trickle = HttpTrickle.connect(new HttpTrickleContext().baseUri(channel.base())
                .retryBudgetNs(TimeUnit.SECONDS.toNanos(10)));
            TrickleSubscriber subscriber = trickle.subscribe(channel.name(), from)) {
            final SegmentCopier copier = new SegmentCopier(stream, segments);
            final Thread self = Thread.currentThread();
            subscriber.onReadable(() -> LockSupport.unpark(self));
            while (!interrupt.isRaised() && !copier.isDone()) {
                if (subscriber.poll(copier, POLL_LIMIT) == 0) {
                    copier.flush();
                    LockSupport.parkNanos(this, IDLE_NS);
                }
            }
            copier.flush();
            err.println("%,d bytes in %d segments%s".formatted(
                copier.bytes(), copier.segments(), copier.missed() > 0 ? ", " + copier.missed() + " missed" : ""));
            return outcome(copier);
        }
    }

    private int outcome(final SegmentCopier copier) {
        if (copier.failure() != null) {
            throw new JobException(500, copier.failure());
        }
        final EndReason reason = copier.endReason();
        if (reason != null && reason != EndReason.CHANNEL_CLOSED && reason != EndReason.CLOSED) {
            throw new JobException(404, channel + ": " + EndReasons.describe(reason));
        }
        return ExitCode.DONE;
    }

    private OutputStream open() {
        return "-".equals(out) ? OutputFile.standardOutput() : OutputFile.open(Path.of(out));
    }
}
