package dev.rill.harness;

import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import picocli.CommandLine.Model.CommandSpec;

/** Opens connections as typed. */
final class Trickles {
    private Trickles() {
    }

    /** A carriage; options that its context refuses are wrong usage. */
    static HttpTrickle connect(final CommandSpec spec, final HttpTrickleContext context) {
        try {
            return HttpTrickle.connect(context);
        } catch (final IllegalArgumentException e) {
            throw Usage.refused(spec, e);
        }
    }
}
