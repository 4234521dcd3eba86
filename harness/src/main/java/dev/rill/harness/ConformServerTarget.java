package dev.rill.harness;

import dev.rill.conform.JsonObject;
import dev.rill.conform.Profile;
import dev.rill.conform.server.RunningServer;
import dev.rill.conform.server.ServerTarget;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.concurrent.TimeUnit;

/** Rill's server as the conformance kit configures it. */
final class ConformServerTarget implements ServerTarget {
    @Override
    public RunningServer open(final Profile profile) {
        return new ConformServer(TrickleServer.launch(context(profile.settings())));
    }

    @Override
    public String toString() {
        return "rill serve";
    }

    private static TrickleServerContext context(final JsonObject settings) {
        final TrickleServerContext context = new TrickleServerContext();
        return context
            .basePath(settings.text("basePath"))
            .autocreate(settings.flag("autocreate"))
            .changefeed(settings.flag("changefeed"))
            .authorizer(settings.has("hooks") ? new ConformAuthorizer() : context.authorizer())
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
