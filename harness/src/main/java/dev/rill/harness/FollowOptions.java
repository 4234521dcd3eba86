package dev.rill.harness;

import dev.rill.trickle.GapPolicy;
import dev.rill.trickle.HttpTrickleContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a subscription begins and where it goes on after a loss; shared by {@code subscribe} and {@code relay}. */
final class FollowOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--from", paramLabel = "SEGMENT", converter = StartPosition.class,
        description = "Where to begin: current (the segment being written), next, oldest (what the server still has), "
            + "or a number. Default: current; with relay where TO has come to, if it has.")
    private Long from;

    @Option(
        names = "--on-gap", paramLabel = "WHERE",
        description = "Where to go on after having fallen behind: latest, current or oldest. Default: latest; oldest "
            + "where --from oldest is given.")
    private GapPolicy onGap;

    /** Whether a beginning was asked for. */
    boolean isGiven() {
        return from != null;
    }

    boolean isFromOldest() {
        return from != null && from == StartPosition.OLDEST;
    }

    /** Refuses contradictions as wrong usage. */
    void check() {
        Usage.require(
            spec, !isFromOldest() || onGap == null || onGap == GapPolicy.OLDEST, "--on-gap",
            onGap == null ? null : onGap.name().toLowerCase(), "oldest, because of --from oldest");
    }

    /** What to subscribe with. */
    long start(final long otherwise) {
        return isFromOldest() ? 0 : from == null ? otherwise : from;
    }

    /** Sets what to do after a loss. */
    HttpTrickleContext applyTo(final HttpTrickleContext context, final GapPolicy otherwise) {
        return context.gapPolicy(onGap != null ? onGap : isFromOldest() ? GapPolicy.OLDEST : otherwise);
    }
}
