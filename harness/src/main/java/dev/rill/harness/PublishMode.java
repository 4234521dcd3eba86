package dev.rill.harness;

import picocli.CommandLine.Option;

/** What an input is; at most one may be given. */
final class PublishMode {
    private static final String JSON = "application/json";
    private static final String BYTES = "application/octet-stream";

    @Option(
        names = "--lines",
        description = "Each line of INPUT is a segment: JSON or any other text. Empty lines are left out.")
    private boolean lines;

    @Option(names = "--raw", description = "Each INPUT is a file that is published as one segment, as it is.")
    private boolean raw;

    @Option(
        names = "--bytes",
        description = "INPUT is a stream of bytes, cut by --segment-bytes and --segment-time. Implied where INPUT is "
            + "-.")
    private boolean bytes;

    boolean isLines() {
        return lines;
    }

    boolean isRaw() {
        return raw;
    }

    /** Whether an input is cut into segments without a look at what it is. */
    boolean isBytes(final String input) {
        return bytes || !lines && !raw && PublishCommand.STANDARD_INPUT.equals(input);
    }

    /** Content type of channels where none is given. */
    String contentType(final String input) {
        return lines ? JSON : raw || isBytes(input) ? BYTES : "video/MP2T";
    }
}
