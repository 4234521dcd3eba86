package dev.rill.harness;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a stream of bytes is cut into segments. */
final class CutOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--segment-bytes", paramLabel = "BYTES", defaultValue = "1m", converter = ByteCount.class,
        description = "Most bytes of a segment of a byte stream. Default: ${DEFAULT-VALUE}.")
    private Long segmentBytes;

    @Option(
        names = "--segment-time", paramLabel = "TIME", defaultValue = "1s", converter = TimeSpan.class,
        description = "Longest time from the first byte of a segment of a byte stream to its end. "
            + "Default: ${DEFAULT-VALUE}.")
    private Long segmentNs;

    /** Refuses values out of range as wrong usage. */
    void check() {
        Usage.require(spec, segmentBytes > 0, "--segment-bytes", segmentBytes, "1 or more");
        Usage.require(spec, segmentNs > 0, "--segment-time", "0", "more than 0");
    }

    ByteStreamSource cut(final InputReader input) {
        return new ByteStreamSource(input, segmentBytes, segmentNs);
    }
}
