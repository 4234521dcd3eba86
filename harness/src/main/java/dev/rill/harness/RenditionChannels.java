package dev.rill.harness;

import dev.rill.frame.PacketPool;
import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.ChannelSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.Trickle;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Model.CommandSpec;

/** A channel as the source of renditions, and a channel for each, by URLs as typed. */
final class RenditionChannels implements RenditionTargets, AutoCloseable {
    private static final String NAME = "{name}";
    private static final String CONTENT_TYPE = "video/MP2T";
    private static final long PROGRAM_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final String input;
    private final String base;
    private final String pattern;
    private final HttpTrickle source;
    private final HttpTrickle target;

    private RenditionChannels(
        final String input, final String base, final String pattern, final HttpTrickle source,
        final HttpTrickle target) {
        this.input = input;
        this.base = base;
        this.pattern = pattern;
        this.source = source;
        this.target = target;
    }

    /**
     * Connects to both servers.
     *
     * @param spec       of the command.
     * @param connection how servers are reached.
     * @param input      URL of the channel to read.
     * @param out        URL of the channels to write, with {@code {name}} in the place of the rendition's name.
     * @return the channels; close them.
     */
    static RenditionChannels connect(
        final CommandSpec spec, final ConnectionOptions connection, final String input, final String out) {
        final int slash = out.lastIndexOf('/') + 1;
        final String pattern = out.substring(slash);
        Usage.require(spec, pattern.contains(NAME), "--out", out, "the URL of a channel with {name} in its name");
        final ChannelUrl from = ChannelUrl.parse(spec, "INPUT", input);
        final ChannelUrl to = ChannelUrl.parse(spec, "--out", out.replace(NAME, "name"));
        final HttpTrickle source = Trickles.connect(spec, connection.context(from.base()));
        try {
            return new RenditionChannels(from.name(), out.substring(0, slash), pattern, source,
                Trickles.connect(spec, connection.context(to.base())));
        } catch (final RuntimeException ex) {
            source.close();
            throw ex;
        }
    }

    /** Waits until the channel tells what it is. */
    MediaSource source() {
        return ChannelSource.open(input, source.subscribe(input, Trickle.CURRENT), new PacketPool(),
            SystemNanoClock.INSTANCE, PROGRAM_TIMEOUT_NS);
    }

    @Override
    public ResultSink open(final String rendition) {
        final String name = name(rendition);
        target.awaitCreate(name, CONTENT_TYPE);
        return new ChannelSink(name, target.publish(name, CONTENT_TYPE));
    }

    @Override
    public String target(final String rendition) {
        return base + name(rendition);
    }

    private String name(final String rendition) {
        return pattern.replace(NAME, rendition);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(source, target);
    }
}
