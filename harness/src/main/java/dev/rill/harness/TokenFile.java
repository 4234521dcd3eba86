package dev.rill.harness;

import dev.rill.jobs.JobException;
import dev.rill.trickle.BearerTokenAuthorizer;
import dev.rill.trickle.BearerTokenAuthorizer.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Files with bearer tokens.
 * <pre>
 *   # of the ingest machines
 *   3f1c…  publish  cam-
 *   *      read     public-
 *   9ad0…
 * </pre>
 */
final class TokenFile {
    private static final String EVERYBODY = "*";
    private static final String COMMENT = "#";
    private static final int MAX_FIELDS = 3;

    private TokenFile() {
    }

    /**
     * Grants what the lines of a file say.
     *
     * @throws JobException             when the file cannot be read.
     * @throws IllegalArgumentException when a line is malformed; names file and line, never the token.
     */
    static BearerTokenAuthorizer grant(final BearerTokenAuthorizer authorizer, final Path file) {
        final List<String> lines = lines(file);
        BearerTokenAuthorizer granted = authorizer;
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith(COMMENT)) {
                granted = grant(granted, line.split("\\s+"), file + " line " + (i + 1));
            }
        }
        return granted;
    }

    /** The one token of a client: the first line that is no comment. */
    static String first(final Path file) {
        return lines(file).stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith(COMMENT))
            .map(line -> line.split("\\s+")[0]).findFirst()
            .orElseThrow(() -> new JobException(500, file + ": no token in it"));
    }

    private static BearerTokenAuthorizer grant(
        final BearerTokenAuthorizer authorizer, final String[] fields, final String where) {
        if (fields.length > MAX_FIELDS) {
            throw new IllegalArgumentException(
                where + ": expected TOKEN [read|publish|admin [PREFIX]], got %d words".formatted(fields.length));
        }
        final Right right = fields.length < 2 ? Right.ADMIN : right(fields[1], where);
        final String prefix = fields.length < MAX_FIELDS ? "" : fields[2];
        return EVERYBODY.equals(fields[0])
            ? authorizer.grantAnyone(right, prefix) : authorizer.grant(fields[0], right, prefix);
    }

    private static Right right(final String text, final String where) {
        try {
            return Right.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": expected read, publish or admin, got " + text, e);
        }
    }

    private static List<String> lines(final Path file) {
        try {
            return Files.readAllLines(file);
        } catch (final IOException e) {
            throw new JobException("cannot read " + file + ": " + Failures.describe(e), e);
        }
    }
}
