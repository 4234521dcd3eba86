package dev.rill.harness;

import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill relay}: follows a channel and publishes its segments on another. */
@Command(
    name = "relay", mixinStandardHelpOptions = true, sortOptions = false,
    description = {
        "Follows the channel FROM and publishes its segments on the channel TO while they arrive, under the same "
            + "numbers and with the same content type.",
        "", "TO is created if need be, left open when the relay is interrupted, and closed when FROM ends. Either "
            + "server may be restarted. What was lost is reported on stderr and counted."},
    footer = {"", "Example: rill relay http://127.0.0.1:2939/movie http://10.0.0.7:2939/movie"})
final class RelayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(
        index = "0", paramLabel = "FROM", converter = ChannelUrl.Converter.class, description = "Channel to follow.")
    private ChannelUrl from;

    @Parameters(
        index = "1", paramLabel = "TO", converter = ChannelUrl.Converter.class, description = "Channel to publish on.")
    private ChannelUrl to;

    @Mixin
    private FollowOptions follow;

    @Option(
        names = "--patience", paramLabel = "TIME", defaultValue = "60s", converter = TimeSpan.class,
        description = "How long to wait for a server or a channel that is not there, or not any more. "
            + "Default: ${DEFAULT-VALUE}.")
    private Long patienceNs;

    @Option(
        names = "--linger", paramLabel = "TIME", defaultValue = "10s", converter = TimeSpan.class,
        description = "How long to wait after the end of FROM for it to begin anew, before TO is closed: a server that "
            + "is restarted ends its channels as well. Default: ${DEFAULT-VALUE}.")
    private Long lingerNs;

    @Option(
        names = "--buffer", paramLabel = "BYTES", defaultValue = "4m", converter = ByteCount.class,
        description = "Bytes that may wait here, on either side, before the one who sends is held back. "
            + "Default: ${DEFAULT-VALUE}.")
    private Long bufferBytes;

    @Option(names = "--keep", description = "Leave TO open when FROM ends.")
    private boolean keep;

    @Mixin
    private ConnectionOptions connection;

    @Override
    public Integer call() {
        Usage.require(spec, !from.equals(to), "TO", to, "another channel than FROM");
        Usage.require(
            spec, bufferBytes >= 1024 && bufferBytes <= 1 << 30, "--buffer", bufferBytes, "1024 to 1073741824");
        follow.check();
        final RelayLog log = new RelayLog(spec.commandLine().getErr());
        try (Interrupt interrupt = new Interrupt();
            HttpTrickle source = Trickles.connect(spec, follow.applyTo(context(from), GapPolicy.OLDEST));
            HttpTrickle sink = Trickles.connect(spec, context(to));
            RelayTarget target = new RelayTarget(sink, to.name(), patienceNs, interrupt::isRaised, log)) {
            final long reached = follow.isGiven() ? -1 : reached(sink);
            final Relay relay = new Relay(
                source, from.name(), target, reached > 0 ? reached : expected(), interrupt::isRaised, log);
            try {
                if (relay.run(follow.start(reached > 0 ? reached : Trickle.CURRENT), lingerNs) && !keep) {
                    target.finish();
                }
            } finally {
                log.total();
            }
        }
        return ExitCode.DONE;
    }

    private HttpTrickleContext context(final ChannelUrl channel) {
        return connection.context(channel.base())
            .notFoundRetryNs(patienceNs).retryBudgetNs(patienceNs)
            .maxQueuedBytes(bufferBytes.intValue()).maxUnsentBytes(bufferBytes.intValue());
    }

    /** Number of the first segment, if it was asked for by number. */
    private long expected() {
        final long start = follow.start(Trickle.CURRENT);
        return follow.isFromOldest() ? -1 : Math.max(-1, start);
    }

    /** Number up to which the target has segments already, so that an interrupted relay goes on where it was. */
    private long reached(final HttpTrickle sink) {
        try {
            return sink.awaitNext(to.name());
        } catch (final TrickleException e) {
            return -1; // The target opens itself when it is needed, and says why it cannot.
        }
    }
}
