package dev.rill.trickle.channel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One channel: pointer, retention window, waiters, and the queue through which all of that changes.
 * <p>
 * Any thread may {@linkplain #submit submit} commands; they are applied in one serial order by whichever thread finds
 * the channel undrained. Wake-ups and call-backs happen outside that order. Methods without {@code public} that change
 * state belong to commands.
 */
public final class Channel {
    private static final Segment[] NONE = {};

    private final String name;
    private final Engine engine;
    private final Retention retention;
    private final Reclaimer reclaimer;
    private final CommandQueue commands = new CommandQueue(this);
    private final Waiters waiters = new Waiters();
    private final AtomicInteger readers = new AtomicInteger();
    private final SegmentWindow window;
    private final PushBack pushBack;
    private final ChannelMeter meter = new ChannelMeter();

    private volatile String contentType;
    private volatile long pointer;
    private volatile boolean closed;
    private volatile long closedNs;
    private volatile long activityNs;
    private volatile int epoch;

    // Touched only by commands.
    private Segment[] asides = NONE;
    private boolean changed;
    private boolean ageExpiryPending;

    Channel(
        final String name, final String contentType, final Retention retention, final Engine engine,
        final Reclaimer reclaimer) {
        this.name = name;
        this.contentType = contentType == null ? "" : contentType;
        this.retention = retention;
        this.engine = engine;
        this.reclaimer = reclaimer;
        this.window = new SegmentWindow(retention);
        this.pushBack = new PushBack(this);
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

    /**
     * Whether a writer may not know yet that this is closed: it names the number that it preconnected, the pointer's or
     * the one behind it, which nobody begins a new channel with.
     *
     * @param sequence number that is written.
     * @param forNs    how long after the closing.
     */
    boolean isAwaitedAfterClose(final long sequence, final long forNs) {
        final boolean isRecent = !closed || nowNs() - closedNs < forNs;
        return isRecent && sequence > 0 && (sequence == pointer || sequence == pointer + 1);
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

    /** What it remembers and for whom. */
    public Retention retention() {
        return retention;
    }

    /** True if readers that are behind hold their segments and push back on the writer. */
    public boolean isLossless() {
        return retention.isLossless();
    }

    /**
     * Registers who to wake at every change; look at the channel after this, not before.
     *
     * @param waiter registered once.
     */
    public void register(final Waiter waiter) {
        waiters.add(waiter);
    }

    /**
     * Ends a registration; a wake-up that is under way may still come.
     *
     * @param waiter registered before, else nothing happens.
     */
    public void unregister(final Waiter waiter) {
        waiters.remove(waiter);
    }

    /**
     * Queues a state change and drains the queue if nobody else does. Never blocks.
     *
     * @param command applied now, or soon by the thread that drains.
     */
    public void submit(final ChannelCommand command) {
        commands.submit(command);
    }

    /** Queues a state change for the next {@link #drain}; calls nobody. */
    void offer(final ChannelCommand command) {
        commands.offer(command);
    }

    /** Applies what is queued unless another thread does. */
    void drain() {
        commands.drain();
    }

    /**
     * Queues a state change and waits until it is applied: a few short commands of another thread at most. For
     * in-process callers; never on an event loop.
     *
     * @param command whose results are visible afterwards.
     */
    public void submitAndAwait(final ChannelCommand command) {
        commands.submitAndAwait(command);
    }

    // Data path.

    void wake() {
        waiters.wake();
    }

    void touch() {
        activityNs = nowNs();
    }

    long nowNs() {
        return engine.clock().nanoTime();
    }

    ChannelPolicy policy() {
        return engine.policy();
    }

    ChannelCounters counters() {
        return engine.counters();
    }

    SegmentWindow window() {
        return window;
    }

    ChannelMeter meter() {
        return meter;
    }

    PushBack pushBack() {
        return pushBack;
    }

    /** Whether writers may append. A live channel always has room. */
    boolean hasRoom() {
        return !retention.isLossless() || pushBack.hasRoom();
    }

    /** A segment pins more than before. */
    void grown() {
        if (window.isOverweight()) {
            submit(new WindowTrimming());
        }
    }

    /** Makes room for {@code bytes} in the pool if it is tight. Not from within a command. */
    void reclaim(final long bytes) {
        if (engine.blocks().isTight(bytes)) {
            reclaimer.reclaim(this, bytes);
        }
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
        meter.outOfWindow();
    }

    void adoptContentType(final String type) {
        if (contentType.isEmpty() && type != null) {
            contentType = type;
        }
    }

    /** There is something to look at. */
    void news() {
        changed = true;
    }

    boolean takeNews() {
        final boolean news = changed;
        changed = false;
        return news;
    }

    Segment find(final long sequence) {
        return window.find(sequence);
    }

    /** Null for a number below the window where that does not restart the channel. */
    Segment findOrInsert(final long sequence) {
        final Segment segment = find(sequence);
        if (segment != null) {
            return segment;
        }
        final boolean forgotten = window.segments().length == 0 || sequence < window.lowest();
        if (sequence >= pointer || !forgotten) {
            return insert(sequence);
        }
        return policy().restartBelowWindow() ? aside(sequence) : null;
    }

    /** A segment that is over, for a writer that nobody waits for: its number is below the window. */
    Segment refused(final long sequence) {
        counters().increment(Counter.SEGMENTS_REFUSED);
        final Segment segment = newSegment(sequence);
        segment.pendingWriters++;
        segment.close(SegmentState.ABORTED);
        return segment;
    }

    Segment insert(final long sequence) {
        final Segment segment = newSegment(sequence);
        window.add(segment);
        trim(segment, Counter.SEGMENTS_EVICTED);
        return segment;
    }

    private Segment newSegment(final long sequence) {
        return new Segment(sequence, engine.blocks(), retention.isLossless() ? new ReaderCount() : null);
    }

    // Forgetting.

    /** Evicts what the limits of the window leave no room for. */
    void trim(final Counter reason) {
        trim(null, reason);
    }

    private void trim(final Segment newcomer, final Counter reason) {
        final long nowNs = nowNs();
        Segment victim = window.victim(newcomer, nowNs);
        while (victim != null) {
            evict(victim, reason);
            victim = window.victim(newcomer, nowNs);
        }
    }

    /** Evicts ended segments that nobody holds until the pool has room for {@code bytes}. */
    void evictSpare(final long bytes, final Counter reason) {
        final long nowNs = nowNs();
        Segment victim = window.spare(nowNs);
        while (victim != null && engine.blocks().isTight(bytes)) {
            evict(victim, reason);
            victim = window.spare(nowNs);
        }
    }

    private void evict(final Segment victim, final Counter reason) {
        window.remove(victim);
        counters().increment(reason);
        end(victim, SegmentState.ABORTED, Counter.SEGMENTS_EVICTED_OPEN);
        victim.release();
    }

    void expireAge() {
        ageExpiryPending = false;
        trim(Counter.SEGMENTS_EVICTED);
        awaitAge();
    }

    private void awaitAge() {
        final long delayNs = ageExpiryPending ? -1 : window.nextAgeNs(nowNs());
        if (delayNs >= 0) {
            ageExpiryPending = true;
            later(delayNs, new AgeExpiry());
        }
    }

    /** A writer below the window: kept aside until its first byte restarts the channel. */
    private Segment aside(final long sequence) {
        Segment segment = SegmentWindow.find(asides, sequence);
        if (segment == null) {
            segment = newSegment(sequence);
            segment.aside = true;
            asides = SegmentWindow.with(asides, segment);
            if (asides.length > retention.segments()) {
                releaseAside(asides[0] == segment ? asides[1] : asides[0], Counter.ASIDES_RELEASED);
            }
        }
        return segment;
    }

    void removeAside(final Segment segment) {
        if (SegmentWindow.find(asides, segment.sequence()) == segment) {
            asides = SegmentWindow.without(asides, segment);
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
        for (final Segment open : window.segments()) {
            closeOpen(open);
        }
        forgetRetained();
        epoch = epoch + 1;
        pointer = sequence + 1;
        counters().increment(Counter.CHANNELS_RESTARTED);
        for (final Segment waiting : asides) {
            final long ahead = waiting.sequence() - sequence;
            if (ahead >= 0 && ahead < retention.segments()) {
                asides = SegmentWindow.without(asides, waiting);
                waiting.aside = false;
                window.add(waiting);
            } else if (ahead > 0) {
                releaseAside(waiting, Counter.ASIDES_RELEASED);
            }
        }
    }

    void closeBelow(final long sequence) {
        for (final Segment segment : window.segments()) {
            if (segment.sequence() < sequence) {
                close(segment, SegmentState.ABORTED, Counter.SEGMENTS_DROPPED);
            }
        }
    }

    /** Closes a segment unless it is closed; the pointer passes a number that will never get a byte. */
    void close(final Segment segment, final SegmentState state, final Counter reason) {
        if (end(segment, state, reason)) {
            segment.endedNs = nowNs();
            window.recount();
            trim(Counter.SEGMENTS_EVICTED);
            awaitAge();
        }
    }

    private boolean end(final Segment segment, final SegmentState state, final Counter reason) {
        if (!segment.close(state)) {
            return false;
        }
        counters().increment(reason);
        meter.segmentClosed(state);
        if (segment.sequence() == pointer && !segment.aside) {
            pointer = pointer + 1;
        }
        passClosed();
        changed = true;
        return true;
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
        meter.segmentBegun();
        changed = true;
        for (final Segment lower : window.segments()) {
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
        closedNs = nowNs();
        closed = true;
        changed = true;
        for (final Segment segment : window.segments()) {
            if (!segment.state().isClosed() || segment.length() == 0) {
                window.remove(segment);
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
            meter.segmentClosed(SegmentState.ABORTED);
            changed = true;
        }
    }

    void forgetRetained() {
        for (final Segment segment : window.clear()) {
            segment.release();
        }
    }

    @Override
    public String toString() {
        return "channel " + name + " pointer=" + pointer + (closed ? " closed" : "");
    }
}
