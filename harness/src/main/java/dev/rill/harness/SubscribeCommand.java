package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.EndReasons;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleSubscriber;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill subscribe}: writes the segments of a channel one behind the other, or each into a file. */
@Command(
    name = "subscribe", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Follows a channel and writes its segments one behind the other until it is closed or interrupted. "
        + "Gaps are reported on stderr.",
    footer = {
        "", "Examples:", "  rill subscribe http://127.0.0.1:2939/movie -o - | ffplay -",
        "  rill subscribe http://127.0.0.1:2939/events --lines --from oldest"})
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
        description = "Where to write: a file, a folder that exists (each segment becomes a file in it), or - for "
            + "stdout. Default: ${DEFAULT-VALUE}.")
    private String out;

    @Option(names = "--lines", description = "Write a line feed behind each segment that has bytes.")
    private boolean lines;

    @Mixin
    private FollowOptions follow;

    @Option(
        names = {"-n", "--segments"}, paramLabel = "COUNT", defaultValue = "0",
        description = "Stop after so many segments; 0 for no limit. Default: ${DEFAULT-VALUE}.")
    private long segments;

    @Option(
        names = "--wait", paramLabel = "TIME", defaultValue = "0", converter = TimeSpan.class,
        description = "How long to wait for a channel that does not exist yet. Default: ${DEFAULT-VALUE}.")
    private Long waitNs;

    @Mixin
    private ConnectionOptions connection;

    @Override
    public Integer call() throws IOException {
        final PrintWriter err = spec.commandLine().getErr();
        Usage.require(spec, segments >= 0, "--segments", segments, "0 or more");
        Usage.require(
            spec, !lines || !isFolder(), "--lines", "with the folder " + out, "a file or - to write to");
        follow.check();
        final HttpTrickleContext context =
            follow.applyTo(connection.context(channel.base()).notFoundRetryNs(waitNs), GapPolicy.LATEST);
        try (Interrupt interrupt = new Interrupt();
            SegmentOutput output = open();
            HttpTrickle trickle = Trickles.connect(spec, context);
            TrickleSubscriber subscriber = trickle.subscribe(channel.name(), follow.start(Trickle.CURRENT))) {
            final SegmentCopier copier = new SegmentCopier(output, segments, follow.isFromOldest(), err);
            copy(subscriber, copier, interrupt);
            err.println("%,d bytes in %d segments%s%s".formatted(
                copier.bytes(), copier.segments(), count(copier.missed(), "missed"), count(copier.torn(), "torn")));
            return outcome(copier);
        }
    }

    private void copy(final TrickleSubscriber subscriber, final SegmentCopier copier, final Interrupt interrupt) {
        final Thread self = Thread.currentThread();
        subscriber.onReadable(() -> LockSupport.unpark(self));
        while (!interrupt.isRaised() && !copier.isDone()) {
            if (subscriber.poll(copier, POLL_LIMIT) == 0) {
                copier.flush();
                LockSupport.parkNanos(this, IDLE_NS);
            }
        }
        copier.flush();
    }

    private static String count(final long number, final String what) {
        return number == 0 ? "" : ", " + number + ' ' + what;
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

    private boolean isFolder() {
        return !"-".equals(out) && Files.isDirectory(Path.of(out));
    }

    private SegmentOutput open() {
        if (isFolder()) {
            return new FolderOutput(Path.of(out));
        }
        return new StreamOutput(
            "-".equals(out) ? OutputFile.standardOutput() : OutputFile.open(Path.of(out)), lines);
    }
}
