package dev.rill.harness;

import dev.rill.jobs.JobException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads a stream that may block for ever, such as standard input, on a thread of its own, so that its consumer can wait
 * for a bounded time. One consumer. The thread is a daemon: a read that never returns keeps nobody.
 */
final class InputReader implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final int MAX_CHUNKS = 16;

    private final InputStream in;
    private final BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(MAX_CHUNKS);
    private final Thread thread = new Thread(this::read, "rill-input");
    private boolean atEnd;
    private volatile boolean closed;

    /** Bytes, or the end ({@code bytes} null), which a failure may have brought. */
    private record Arrival(ByteBuffer bytes, IOException failure) {
    }

    /**
     * @param in stays the caller's; read until it ends.
     */
    InputReader(final InputStream in) {
        this.in = in;
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits for bytes.
     *
     * @param timeoutNs longest wait.
     * @return bytes, or null when none came in time or the input is over.
     * @throws JobException when the input cannot be read.
     */
    ByteBuffer poll(final long timeoutNs) {
        if (atEnd) {
            return null;
        }
        final Arrival arrival;
        try {
            arrival = arrivals.poll(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JobException("interrupted while reading the input", e);
        }
        if (arrival == null) {
            return null;
        }
        atEnd = arrival.bytes == null;
        if (arrival.failure != null) {
            throw new JobException("cannot read the input: " + Failures.describe(arrival.failure), arrival.failure);
        }
        return arrival.bytes;
    }

    /** True once everything was handed out. */
    boolean isAtEnd() {
        return atEnd;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void read() {
        final byte[] chunk = new byte[CHUNK];
        try {
            int length = in.read(chunk);
            while (length >= 0 && !closed) {
                arrivals.put(new Arrival(ByteBuffer.wrap(Arrays.copyOf(chunk, length)), null));
                length = in.read(chunk);
            }
            arrivals.put(new Arrival(null, null));
        } catch (final IOException e) {
            end(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(final IOException failure) {
        try {
            arrivals.put(new Arrival(null, failure));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
