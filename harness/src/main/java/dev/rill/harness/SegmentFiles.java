package dev.rill.harness;

import dev.rill.frame.codec.MediaException;
import dev.rill.frame.sink.ResultSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A result of one file per segment, numbered from 0, in a folder. */
final class SegmentFiles implements ResultSink {
    private static final String CONTENT_TYPE = "video/mp2t";

    private final Path folder;
    private final FolderOutput output;
    private long sequence;
    private long bytes;

    /**
     * @param folder must exist.
     */
    SegmentFiles(final Path folder) {
        this.folder = folder;
        output = new FolderOutput(folder);
    }

    @Override
    public void beginSegment() {
        perform(() -> output.begin(sequence++, CONTENT_TYPE));
    }

    @Override
    public void accept(final ByteBuffer data) {
        bytes += data.remaining();
        perform(() -> output.write(data));
    }

    @Override
    public void endSegment() {
        perform(output::end);
    }

    @Override
    public String location() {
        return "result " + folder;
    }

    @Override
    public long bytesTaken() {
        return bytes;
    }

    @Override
    public long droppedUnits() {
        return 0;
    }

    @Override
    public void close() {
        perform(output::close);
    }

    private void perform(final Step step) {
        try {
            step.run();
        } catch (final IOException ex) {
            throw new MediaException(location() + ": cannot be written: " + Failures.describe(ex), ex);
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}
