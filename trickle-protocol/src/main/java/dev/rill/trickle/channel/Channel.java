package dev.rill.trickle.channel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel: pointer, retention window, waiters, and the queue through which all of that changes.
 * <p>
 * Any thread may {@linkplain #submit submit} commands; they are applied in one serial order by whichever thread finds
 * the channel undrained. Wake-ups and call-backs happen outside that order. Methods without {@code public} that change
 * state belong to commands.
 */
public final class Channel {
    private static final Logger LOGGER = LoggerFactory.getLogger(Channel.class);
    private static final Segment[] NONE = {};
    private static final Waiter[] NOBODY = {};
    private static final long LONGEST_PAUSE_NS = 200_000;

    private final String name;
    private final Engine engine;
    private final MpscLinkedVarHandleQueue<ChannelCommand> commands = new MpscLinkedVarHandleQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicReference<Waiter[]> waiters = new AtomicReference<>(NOBODY);
    private final AtomicInteger readers = new AtomicInteger();

    private volatile String contentType;
    private volatile long pointer;
    private volatile Segment[] retained = NONE;
    private volatile boolean closed;
    private volatile long activityNs;
    private volatile int epoch;

    // Touched only by commands.
    private Segment[] asides = NONE;
    private boolean changed;

    Channel(final String name, final String contentType, final Engine engine) {
        this.name = name;
        this.contentType = contentType == null ? "" : contentType;
        this.engine = engine;
        this.activityNs = engine.clock().nanoTime();
    }

    /** Name, decoded. */
    public String name() {
        return name;
    }

    /** Content type; empty while nobody has named one. */
    public String contentType() {
        return contentType;
    }

    /** The number that the next new segment is expected to have. Never behind a byte that a reader has seen. */
    public long pointer() {
        return pointer;
    }

    /** True once the channel was closed; final. */
    public boolean isClosed() {
        return closed;
    }

    /** Counts restarts. */
    public int epoch() {
        return epoch;
    }

    /** Time of the last byte or segment end, on the engine's clock. */
    public long activityNs() {
        return activityNs;
    }

    /** What the channels of the engine share. */
    public Engine engine() {
        return engine;
    }

    /**
     * Registers who to wake at every change; look at the channel after this, not before.
     *
     * @param waiter registered once.
     */
    public void register(final Waiter waiter) {
        waiters.updateAndGet(before -> {
            final Waiter[] after = new Waiter[before.length + 1];
            System.arraycopy(before, 0, after, 0, before.length);
            after[before.length] = waiter;
            return after;
        });
    }

    /**
     * Ends a registration; a wake-up that is under way may still come.
     *
     * @param waiter registered before, else nothing happens.
     */
    public void unregister(final Waiter waiter) {
        waiters.updateAndGet(before -> {
            int index = before.length - 1;
            while (index >= 0 && before[index] != waiter) {
                index--;
            }
            if (index < 0) {
                return before;
            }
            final Waiter[] after = new Waiter[before.length - 1];
            System.arraycopy(before, 0, after, 0, index);
            System.arraycopy(before, index + 1, after, index, after.length - index);
            return after;
        });
    }

    /**
     * Queues a state change and drains the queue if nobody else does. Never blocks.
     *
     * @param command applied now, or soon by the thread that drains.
     */
    public void submit(final ChannelCommand command) {
        commands.offer(command);
        drain();
    }

    /**
     * Queues a state change and waits until it is applied: a few short commands of another thread at most. For
     * in-process callers; never on an event loop.
     *
     * @param command whose results are visible afterwards.
     */
    public void submitAndAwait(final ChannelCommand command) {
        submit(command);
        long pauseNs = 1_000;
        while (!command.isDone()) {
            LockSupport.parkNanos(this, pauseNs);
            pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
            drain();
        }
    }

    private void drain() {
        while (!commands.isEmpty() && draining.compareAndSet(false, true)) {
            ChannelCommand first = null;
            ChannelCommand last = null;
            ChannelCommand command = commands.poll();
            while (command != null) {
                apply(command);
                if (last == null) {
                    first = command;
                } else {
                    last.next = command;
                }
                last = command;
                command = commands.poll();
            }
            final boolean news = changed;
            changed = false;
            draining.set(false);
            if (news) {
                wake();
            }
            applied(first);
        }
    }

    private void apply(final ChannelCommand command) {
        try {
            command.apply(this);
        } catch (final RuntimeException | Error e) {
            // Whatever it is, the commands behind it are served: their senders wait.
            LOGGER.error("{}: {} failed", this, command.getClass().getSimpleName(), e);
        } finally {
            command.done();
        }
    }

    private static void applied(final ChannelCommand first) {
        ChannelCommand command = first;
        while (command != null) {
            final ChannelCommand next = command.next;
            command.next = null;
            try {
                command.onApplied();
            } catch (final RuntimeException | Error e) {
                LOGGER.error("answer to {} failed", command.getClass().getSimpleName(), e);
            }
            command = next;
        }
    }

    // Data path.

    void wake() {
        for (final Waiter waiter : waiters.get()) {
            try {
                waiter.signal();
            } catch (final RuntimeException | Error e) {
                LOGGER.error("{}: a waiter failed", this, e);
                waiter.begin();
            }
        }
    }

    void touch() {
        activityNs = engine.clock().nanoTime();
    }

    ChannelPolicy policy() {
        return engine.policy();
    }

    ChannelCounters counters() {
        return engine.counters();
    }

    Segment[] retained() {
        return retained;
    }

    boolean readerCame() {
        if (readers.incrementAndGet() > policy().maxReadersPerChannel()) {
            readers.decrementAndGet();
            counters().increment(Counter.READERS_REFUSED);
            return false;
        }
        return true;
    }

    void readerGone() {
        readers.decrementAndGet();
    }

    /** Parked and streaming reads now. */
    public int readers() {
        return readers.get();
    }

    // Below: commands only.

    void outOfWindow() {
        counters().increment(Counter.READS_OUT_OF_WINDOW);
    }

    void adoptContentType(final String type) {
        if (contentType.isEmpty() && type != null) {
            contentType = type;
        }
    }

    Segment find(final long sequence) {
        return find(retained, sequence);
    }

    long lowest() {
        final Segment[] window = retained;
        return window.length == 0 ? 0 : window[0].sequence();
    }

    long oldest() {
        for (final Segment segment : retained) {
            if (segment.state() != SegmentState.EXPECTED) {
                return segment.sequence();
            }
        }
        return -1;
    }

    Segment findOrInsert(final long sequence) {
        Segment segment = find(sequence);
        if (segment == null) {
            final boolean below = sequence < pointer && retained.length > 0 && sequence < lowest();
            segment = below ? aside(sequence) : insert(sequence);
        }
        return segment;
    }

    Segment insert(final long sequence) {
        final Segment segment = new Segment(sequence, engine.blocks());
        retain(segment);
        return segment;
    }

    private void retain(final Segment segment) {
        final Segment[] window = Windows.with(retained, segment);
        if (window.length <= policy().retainedSegments()) {
            retained = window;
            return;
        }
        final Segment victim = window[0] == segment ? window[1] : window[0];
        retained = Windows.without(window, victim);
        counters().increment(Counter.SEGMENTS_EVICTED);
        close(victim, SegmentState.ABORTED, Counter.SEGMENTS_EVICTED_OPEN);
        victim.release();
    }

    /** A writer below the window: kept aside until its first byte restarts the channel. */
    private Segment aside(final long sequence) {
        Segment segment = find(asides, sequence);
        if (segment == null) {
            segment = new Segment(sequence, engine.blocks());
            segment.aside = true;
            asides = Windows.with(asides, segment);
            if (asides.length > policy().retainedSegments()) {
                releaseAside(asides[0] == segment ? asides[1] : asides[0], Counter.ASIDES_RELEASED);
            }
        }
        return segment;
    }

    void removeAside(final Segment segment) {
        if (find(asides, segment.sequence()) == segment) {
            asides = Windows.without(asides, segment);
            segment.aside = false;
            segment.release();
        }
    }

    private void releaseAside(final Segment segment, final Counter reason) {
        segment.close(SegmentState.ABORTED);
        counters().increment(reason);
        changed = true;
        removeAside(segment);
    }

    void restartAt(final Segment segment) {
        final long sequence = segment.sequence();
        for (final Segment open : retained) {
            closeOpen(open);
        }
        forgetRetained();
        epoch = epoch + 1;
        pointer = sequence + 1;
        counters().increment(Counter.CHANNELS_RESTARTED);
        for (final Segment waiting : asides) {
            final long ahead = waiting.sequence() - sequence;
            if (ahead >= 0 && ahead < policy().retainedSegments()) {
                asides = Windows.without(asides, waiting);
                waiting.aside = false;
                retained = Windows.with(retained, waiting);
            } else if (ahead > 0) {
                releaseAside(waiting, Counter.ASIDES_RELEASED);
            }
        }
    }

    void closeBelow(final long sequence) {
        for (final Segment segment : retained) {
            if (segment.sequence() < sequence) {
                close(segment, SegmentState.ABORTED, Counter.SEGMENTS_DROPPED);
            }
        }
    }

    /** Closes a segment unless it is closed; the pointer passes a number that will never get a byte. */
    void close(final Segment segment, final SegmentState state, final Counter reason) {
        if (segment.close(state)) {
            counters().increment(reason);
            if (segment.sequence() == pointer && !segment.aside) {
                pointer = pointer + 1;
            }
            passClosed();
            changed = true;
        }
    }

    void pointerAtLeast(final long sequence) {
        if (pointer < sequence) {
            pointer = sequence;
            passClosed();
        }
        changed = true;
    }

    private void passClosed() {
        Segment next = find(pointer);
        while (next != null && next.state().isClosed()) {
            pointer = pointer + 1;
            next = find(pointer);
        }
    }

    void begun(final Segment segment) {
        counters().increment(Counter.SEGMENTS_BEGUN);
        changed = true;
        for (final Segment lower : retained) {
            if (lower.sequence() < segment.sequence() && lower.state() == SegmentState.EXPECTED) {
                later(policy().gapGraceNs(), new GapExpiry(segment.sequence()));
                return;
            }
        }
    }

    void later(final long delayNs, final ChannelCommand command) {
        engine.timers().schedule(delayNs, () -> submit(command));
    }

    void closeAll() {
        if (closed) {
            return;
        }
        closed = true;
        changed = true;
        for (final Segment segment : retained) {
            if (!segment.state().isClosed() || segment.length() == 0) {
                retained = Windows.without(retained, segment);
                closeOpen(segment);
                segment.release();
            }
        }
        for (final Segment segment : asides) {
            closeOpen(segment);
            removeAside(segment);
        }
    }

    private void closeOpen(final Segment segment) {
        if (segment.close(SegmentState.ABORTED)) {
            counters().increment(Counter.SEGMENTS_CLOSED_OPEN);
            changed = true;
        }
    }

    void forgetRetained() {
        final Segment[] window = retained;
        retained = NONE;
        for (final Segment segment : window) {
            segment.release();
        }
    }

    private static Segment find(final Segment[] window, final long sequence) {
        for (final Segment segment : window) {
            if (segment.sequence() == sequence) {
                return segment;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "channel " + name + " pointer=" + pointer + (closed ? " closed" : "");
    }
}
