package dev.rill.trickle.client;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jctools.queues.varhandle.SpscUnboundedVarHandleArrayQueue;

/**
 * The application's side of a {@link Publication}. Written to by one thread, closed by any.
 * <p>
 * The writing thread frames each offer into a buffer of its own and queues it for the event loop, which is woken at
 * most once until it has drained the queue. The bytes in the queue and beyond are bounded by
 * {@code maxUnsentBytes}.
 */
final class HttpPublisher implements TricklePublisher {
    private static final int CHUNK_ENTRIES = 128;
    private static final long CLOSE_MARGIN_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private enum Command {
        BEGIN, COMPLETE, ABORT
    }

    private final Transport transport;
    private final EventLoop loop;
    private final Publication publication;
    private final Consumer<HttpPublisher> onClose;
    private final long maxUnsentBytes;
    private final int maxUnconfirmed;
    private final SpscUnboundedVarHandleArrayQueue<Object> commands =
        new SpscUnboundedVarHandleArrayQueue<>(CHUNK_ENTRIES);
    private final AtomicBoolean drainScheduled = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Runnable drain = this::drain;
    private SegmentUpload nextUpload;
    private long nextIndex;
    private Writer writer;
    private boolean drained;
    private volatile boolean leaving;

    HttpPublisher(final Transport transport, final Publication publication, final Consumer<HttpPublisher> onClose) {
        this.transport = transport;
        this.loop = publication.loop();
        this.publication = publication;
        this.onClose = onClose;
        this.maxUnsentBytes = transport.context().maxUnsentBytes();
        this.maxUnconfirmed = transport.context().maxUnconfirmedSegments();
    }

    void start() {
        loop.execute(publication::start);
        preconnectNext();
    }

    @Override
    public SegmentWriter beginSegment() {
        if (closing.get()) {
            throw new IllegalStateException("publisher is closed");
        }
        if (writer != null && !writer.over) {
            throw new IllegalStateException("segment " + writer.sequence() + " is still open");
        }
        writer = new Writer(nextUpload);
        command(Command.BEGIN);
        preconnectNext();
        return writer;
    }

    @Override
    public EndReason failure() {
        return publication.failure();
    }

    @Override
    public int unconfirmedSegments() {
        return publication.unconfirmed().get();
    }

    @Override
    public void leave() {
        if (!closing.get()) {
            leaving = true;
        }
        close();
    }

    @Override
    public void close() {
        beginClose();
        awaitClosed();
    }

    /** Starts closing and returns at once. Idempotent. */
    void beginClose() {
        if (closing.compareAndSet(false, true)) {
            if (!execute(this::closeOnLoop)) {
                drained = true;
                drain();
                onClosed();
            }
        }
    }

    /** Waits until closing is over, at most for its bound; not at all on an event loop. */
    void awaitClosed() {
        if (!transport.inEventLoop()) {
            try {
                closed.await(2 * transport.context().closeTimeoutNs() + CLOSE_MARGIN_NS, TimeUnit.NANOSECONDS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean isFull(final int framedBytes) {
        final long unsent = publication.unsentBytes().get();
        return unsent > 0 && unsent + framedBytes > maxUnsentBytes
            || publication.unconfirmed().get() > maxUnconfirmed;
    }

    private void preconnectNext() {
        nextUpload = publication.newUpload(nextIndex++);
        command(nextUpload);
    }

    private void command(final Object command) {
        commands.offer(command);
        // Orders the queue's release store before the look at the flag; the counterpart is in drain.
        VarHandle.fullFence();
        if (drainScheduled.compareAndSet(false, true) && !execute(drain)) {
            drained = true;
            drain();
        }
    }

    private boolean execute(final Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (final RejectedExecutionException e) {
            return false;
        }
    }

    /** On the event loop; once that is gone, on the only thread that is left to offer anything. */
    private void drain() {
        drainScheduled.set(false);
        VarHandle.fullFence();
        for (Object command = commands.poll(); command != null; command = commands.poll()) {
            if (drained) {
                discard(command);
            } else {
                apply(command);
            }
        }
        if (!drained) {
            publication.flush();
        }
    }

    private void apply(final Object command) {
        if (command instanceof ByteBuf) {
            publication.append((ByteBuf) command);
        } else if (command instanceof SegmentUpload) {
            publication.preconnect((SegmentUpload) command);
        } else if (command == Command.BEGIN) {
            publication.begin();
        } else if (command == Command.COMPLETE) {
            publication.complete();
        } else {
            publication.abort();
        }
    }

    private static void discard(final Object command) {
        if (command instanceof ByteBuf) {
            ((ByteBuf) command).release();
        }
    }

    private void closeOnLoop() {
        drain();
        drained = true;
        final Once idle = new Once(this::deleteOnLoop);
        publication.finish(idle);
        limit(idle);
    }

    private void deleteOnLoop() {
        if (leaving) {
            onClosed();
            return;
        }
        final Once deleted = new Once(this::onClosed);
        publication.deleteChannel(deleted);
        limit(deleted);
    }

    private void limit(final Once step) {
        if (!step.done) {
            loop.schedule(step, transport.context().closeTimeoutNs(), TimeUnit.NANOSECONDS);
        }
    }

    private void onClosed() {
        drained = true;
        publication.cancel();
        onClose.accept(this);
        closed.countDown();
    }

    /** A step that is taken by its event or by its time-out, whichever comes first. */
    private static final class Once implements Runnable {
        private final Runnable step;
        private boolean done;

        Once(final Runnable step) {
            this.step = step;
        }

        @Override
        public void run() {
            if (!done) {
                done = true;
                step.run();
            }
        }
    }

    private final class Writer implements SegmentWriter {
        private final SegmentUpload upload;
        private boolean over;

        Writer(final SegmentUpload upload) {
            this.upload = upload;
        }

        @Override
        public long sequence() {
            return upload.number();
        }

        @Override
        public int offer(final ByteBuffer source) {
            if (over || closing.get() || upload.isRefusing() || publication.failure() != null) {
                return CLOSED;
            }
            final int length = source.remaining();
            if (length == 0) {
                return 0;
            }
            final int framed = Wire.framedLength(length);
            if (isFull(framed)) {
                transport.counters().add(ClientCounter.OFFERS_BACK_PRESSURED, 1);
                return BACK_PRESSURED;
            }
            final ByteBuf chunk = Wire.chunk(ByteBufAllocator.DEFAULT, source);
            publication.unsentBytes().addAndGet(framed);
            transport.counters().add(ClientCounter.PUBLISHED_BYTES_COPIED, length);
            command(chunk);
            return length;
        }

        @Override
        public void complete() {
            if (!over) {
                over = true;
                if (!closing.get()) {
                    publication.unconfirmed().incrementAndGet();
                    command(Command.COMPLETE);
                }
            }
        }

        @Override
        public void abort() {
            if (!over) {
                over = true;
                command(Command.ABORT);
            }
        }
    }
}
