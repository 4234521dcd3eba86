package dev.rill.harness;

import dev.rill.frame.DropReason;
import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipelineListener;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the passports of all frames, published and dropped, as comma-separated lines in the order in which their fate
 * was decided. Stamps are nanoseconds from the arrival of the first frame that is written; a stamp that a frame did not
 * reach is empty. {@code fate} is {@code published} or the reason of the drop. Any thread.
 */
final class FrameTrace implements FramePipelineListener, AutoCloseable {
    static final String HEADER = "sequence,pts,keyframe,parameterVersion,fate,arrival,demuxed,decoded,submitted,"
        + "deviceStart,deviceEnd,completed,encoded,published";

    private final Path file;
    private final BufferedWriter out;
    private boolean begun;
    private long originNs;

    private FrameTrace(final Path file, final BufferedWriter out) {
        this.file = file;
        this.out = out;
    }

    static FrameTrace create(final Path file) throws IOException {
        final FrameTrace trace = new FrameTrace(file, Files.newBufferedWriter(file));
        trace.out.write(HEADER);
        trace.out.newLine();
        return trace;
    }

    @Override
    public void onFramePublished(final FramePassport passport) {
        write(passport, "published");
    }

    @Override
    public void onFrameDropped(final FramePassport passport, final DropReason reason) {
        write(passport, reason.label());
    }

    private synchronized void write(final FramePassport passport, final String fate) {
        if (!begun) {
            begun = true;
            originNs = passport.arrivalNs();
        }
        final StringBuilder line = new StringBuilder(160);
        line.append(passport.sequence()).append(',').append(passport.pts()).append(',').append(passport.isKeyframe())
            .append(',').append(passport.parameterVersion()).append(',').append(fate);
        stamp(line, passport.arrivalNs());
        stamp(line, passport.demuxedNs());
        stamp(line, passport.decodedNs());
        stamp(line, passport.submittedNs());
        stamp(line, passport.deviceStartNs());
        stamp(line, passport.deviceEndNs());
        stamp(line, passport.completedNs());
        stamp(line, passport.encodedNs());
        stamp(line, passport.publishedNs());
        try {
            out.append(line);
            out.newLine();
        } catch (final IOException ex) {
            throw new UncheckedIOException("trace " + file + ": cannot be written", ex);
        }
    }

    private void stamp(final StringBuilder line, final long stampNs) {
        line.append(',');
        if (stampNs != 0) {
            line.append(stampNs - originNs);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
