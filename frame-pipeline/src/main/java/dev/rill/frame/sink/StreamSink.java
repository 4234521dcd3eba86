package dev.rill.frame.sink;

import dev.rill.frame.codec.MediaException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/** Writes the segments of a result one behind the other into a byte stream, as they come. */
public final class StreamSink implements ResultSink {
    private final String location;
    private final OutputStream stream;
    private final WritableByteChannel channel;
    private final boolean owned;
    private long bytesTaken;
    private boolean closed;

    /**
     * A sink for a stream that its owner closes, for example standard output.
     *
     * @param location name for messages.
     * @param stream   flushed behind each segment; left open.
     */
    public StreamSink(final String location, final OutputStream stream) {
        this(location, stream, false);
    }

    StreamSink(final String location, final OutputStream stream, final boolean owned) {
        this.location = location;
        this.stream = stream;
        this.owned = owned;
        channel = Channels.newChannel(stream);
    }

    @Override
    public void beginSegment() {
        // Segments follow each other without a mark.
    }

    @Override
    public void accept(final ByteBuffer bytes) {
        final int length = bytes.remaining();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (final IOException ex) {
            throw cannotWrite(ex);
        }
        bytesTaken += length;
    }

    @Override
    public void endSegment() {
        try {
            stream.flush();
        } catch (final IOException ex) {
            throw cannotWrite(ex);
        }
    }

    private MediaException cannotWrite(final IOException cause) {
        return new MediaException(
            "result " + location + ": cannot be written behind byte " + bytesTaken + ": " + cause.getMessage(), cause);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public long bytesTaken() {
        return bytesTaken;
    }

    @Override
    public long droppedUnits() {
        return 0;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stream.flush();
            if (owned) {
                stream.close();
            }
        } catch (final IOException ex) {
            throw cannotWrite(ex);
        }
    }
}
