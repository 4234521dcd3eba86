package dev.rill.trickle.server;

import dev.rill.conform.JsonObject;
import dev.rill.conform.Profile;
import dev.rill.conform.server.ServerTarget;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.concurrent.TimeUnit;

/** Servers of this module for the conformance kit. */
public final class RillServerTarget implements ServerTarget {
    @Override
    public RillServer open(final Profile profile) {
        return new RillServer(TrickleServer.launch(context(profile.settings())));
    }

    @Override
    public String toString() {
        return "TrickleServer in this process";
    }

    private static TrickleServerContext context(final JsonObject settings) {
        final TrickleServerContext context = new TrickleServerContext();
        return context
            .eventLoopThreads(2)
            .basePath(settings.text("basePath"))
            .autocreate(settings.flag("autocreate"))
            .changefeed(settings.flag("changefeed"))
            .authorizer(settings.has("hooks") ? new PrefixAuthorizer() : context.authorizer())
            .idleTimeoutNs(nanos(settings, "idleTimeoutMs", context.idleTimeoutNs()))
            .sweepIntervalNs(nanos(settings, "sweepIntervalMs", context.sweepIntervalNs()))
            .abortGraceNs(nanos(settings, "abortGraceMs", context.abortGraceNs()))
            .gapGraceNs(nanos(settings, "gapGraceMs", context.gapGraceNs()))
            .closeLingerNs(nanos(settings, "closeLingerMs", context.closeLingerNs()));
    }

    private static long nanos(final JsonObject settings, final String name, final long otherwise) {
        return settings.has(name) ? TimeUnit.MILLISECONDS.toNanos(settings.number(name)) : otherwise;
    }
}
