package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.jobs.gateway.EndReasons;
import dev.rill.jobs.session.Json;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.TrickleSubscriber;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill channels}: lists the channels of a server through its changefeed. */
@Command(
    name = "channels", mixinStandardHelpOptions = true, sortOptions = false,
    description = "Lists the channels of a server, one a line and sorted, through its changefeed; with --follow goes "
        + "on with a line for each change: + NAME or - NAME.",
    footer = {"", "Example: rill channels http://127.0.0.1:2939/ --follow"})
final class ChannelsCommand implements Callable<Integer> {
    private static final String CHANGEFEED = "_changes";
    private static final int POLL_LIMIT = 64;
    private static final long IDLE_NS = 1_000_000L;

    @Spec
    private CommandSpec spec;

    @Parameters(
        paramLabel = "URL", converter = BaseUrl.class,
        description = "What stands before the names of the channels, for instance http://127.0.0.1:2939/.")
    private URI base;

    @Option(names = {"-f", "--follow"}, description = "Go on with the changes until interrupted.")
    private boolean follow;

    @Option(
        names = "--json",
        description = "Print one line of JSON for the list and for each change, as the changefeed has them: "
            + "{\"added\":[...]} and {\"removed\":[...]}.")
    private boolean json;

    @Mixin
    private ConnectionOptions connection;

    private PrintWriter out;
    private PrintWriter err;
    private boolean listed;

    @Override
    public Integer call() {
        out = spec.commandLine().getOut();
        err = spec.commandLine().getErr();
        try (Interrupt interrupt = new Interrupt();
            HttpTrickle trickle =
                Trickles.connect(spec, connection.context(base).gapPolicy(GapPolicy.OLDEST))) {
            final long last = trickle.awaitNext(CHANGEFEED) - 1;
            if (last < -1) {
                throw new JobException(404, base + ": the server has no changefeed (rill serve --changefeed)");
            }
            final ChannelList list = new ChannelList(new Printer());
            try (TrickleSubscriber subscriber = trickle.subscribe(CHANGEFEED, 0)) {
                read(subscriber, list, last, interrupt);
            }
            requireGoodEnd(list.endReason());
        }
        return ExitCode.DONE;
    }

    private void read(
        final TrickleSubscriber subscriber, final ChannelList list, final long last, final Interrupt interrupt) {
        final Thread self = Thread.currentThread();
        subscriber.onReadable(() -> LockSupport.unpark(self));
        while (!interrupt.isRaised() && list.endReason() == null && (follow || !listed)) {
            if (!listed && list.read() >= last) {
                print(list);
            } else if (subscriber.poll(list, listed ? POLL_LIMIT : 1) == 0) {
                LockSupport.parkNanos(this, IDLE_NS);
            }
        }
    }

    private void print(final ChannelList list) {
        listed = true;
        if (list.missed() > 0) {
            err.println("%d older events are gone: channels that only they tell of are not in the list".formatted(
                list.missed()));
            err.flush();
        }
        if (json) {
            out.println(jsonLine("added", list.names()));
        } else {
            list.names().forEach(out::println);
        }
        out.flush();
    }

    private static String jsonLine(final String member, final Collection<String> names) {
        return new String(Json.write(Map.of(member, names)), StandardCharsets.UTF_8);
    }

    private void requireGoodEnd(final EndReason reason) {
        if (reason != null && reason != EndReason.CHANNEL_CLOSED) {
            throw new JobException(404, base + ": " + EndReasons.describe(reason));
        }
    }

    /** Prints changes once the list was printed. */
    private final class Printer implements ChannelList.Listener {
        @Override
        public void onAdded(final String name) {
            print("+ ", "added", name);
        }

        @Override
        public void onRemoved(final String name) {
            print("- ", "removed", name);
        }

        @Override
        public void onGap(final long events) {
            if (listed) {
                err.println("gap: %d events were lost".formatted(events));
                err.flush();
            }
        }

        @Override
        public void onMalformed(final long sequence, final String why) {
            err.println("event %d: %s".formatted(sequence, why));
            err.flush();
        }

        private void print(final String sign, final String member, final String name) {
            if (listed) {
                out.println(json ? jsonLine(member, List.of(name)) : sign + name);
                out.flush();
            }
        }
    }
}
