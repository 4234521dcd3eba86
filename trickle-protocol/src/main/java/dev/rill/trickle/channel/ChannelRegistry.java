package dev.rill.trickle.channel;

import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.ChannelStats;
import dev.rill.trickle.Channels;
import dev.rill.trickle.Delivery;
import dev.rill.trickle.TrickleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The channels of one engine by name, and the remains of those that were closed. Any thread; reads take no lock.
 * <p>
 * A closed channel is remembered for the tombstone time, so that readers can tell "over" from "never existed", and its
 * complete segments stay readable for the linger time.
 */
public final class ChannelRegistry implements Channels, AutoCloseable {
    /** Most closed channels that are remembered; the oldest is forgotten first. */
    public static final int MAX_TOMBSTONES = 4096;
    private static final long LATE_WRITER_NS = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final ConcurrentHashMap<String, Channel> open = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Channel> tombstones = new ConcurrentHashMap<>();
    private final Queue<Closed> lingering = new ConcurrentLinkedQueue<>();
    private final Queue<Closed> remembered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger rememberedCount = new AtomicInteger();
    private final AtomicInteger openCount = new AtomicInteger(); // Without the changefeed.
    private final Reclaimer reclaimer;
    private final Changefeed changefeed;
    private volatile boolean closed;

    /**
     * @param engine what the channels share.
     */
    public ChannelRegistry(final Engine engine) {
        this(engine, 0);
    }

    /**
     * @param engine             what the channels share.
     * @param changefeedSegments events that the changefeed remembers; 0 for no changefeed.
     */
    public ChannelRegistry(final Engine engine, final int changefeedSegments) {
        this.engine = engine;
        this.reclaimer = new Reclaimer(engine, open.values());
        if (changefeedSegments == 0) {
            changefeed = null;
            return;
        }
        final Retention retention = new Retention(changefeedSegments, changefeedSegments, 0, 0, Delivery.LIVE);
        final Channel feed =
            new Channel(Changefeed.NAME, Changefeed.CONTENT_TYPE, retention, engine, reclaimer);
        open.put(Changefeed.NAME, feed);
        engine.counters().increment(Counter.CHANNELS_CREATED);
        changefeed = new Changefeed(feed);
    }

    /** True once every channel has been closed for good. */
    public boolean isClosed() {
        return closed;
    }

    /** The changefeed, or null if there is none. */
    public Changefeed changefeed() {
        return changefeed;
    }

    /** Whether this is the name of the changefeed, which nobody but the registry may write, drop from or close. */
    public boolean isReserved(final String name) {
        return changefeed != null && Changefeed.NAME.equals(name);
    }

    /**
     * Calls {@code then}, on any thread, when the changefeed tells of everything that has been created and closed
     * before.
     *
     * @param then must not block.
     */
    public void settle(final Runnable then) {
        if (changefeed == null) {
            then.run();
        } else {
            changefeed.settle(then);
        }
    }

    /** What the channels share. */
    public Engine engine() {
        return engine;
    }

    /** The open channel of this name, or null. */
    public Channel find(final String name) {
        return open.get(name);
    }

    /** The channel of this name that was closed and is still remembered, or null. */
    public Channel findClosed(final String name) {
        return tombstones.get(name);
    }

    /**
     * The channel that a late writer means: one that preconnected its next number, and whose request arrives behind the
     * request that closes the channel. Such a request must not create the channel anew, where readers that ask for
     * the same number would wait for a segment that nobody writes.
     *
     * @param name     of no open channel.
     * @param sequence that is written.
     * @return a channel that was closed within the last second and expects that number next, or null.
     */
    public Channel findForLateWriter(final String name, final long sequence) {
        final Channel over = tombstones.get(name);
        if (over == null || !over.isAwaitedAfterClose(sequence, LATE_WRITER_NS)) {
            return null;
        }
        engine.counters().increment(Counter.WRITES_LATE);
        return over;
    }

    /**
     * Finds a channel or creates it.
     *
     * @param name        decoded.
     * @param contentType of a new channel; may be null.
     * @return the channel, or null if the limit of channels is reached or this registry is closed.
     */
    public Channel findOrCreate(final String name, final String contentType) {
        Channel present = open.get(name);
        while (present == null && tryCreate(name, contentType) != Creation.REFUSED) {
            // Null again if somebody has closed it since.
            present = open.get(name);
        }
        return present;
    }

    /** What came of a creation. */
    public enum Creation { CREATED, PRESENT, REFUSED }

    /**
     * Creates a channel unless it is there.
     *
     * @param name        decoded.
     * @param contentType of the new channel; may be null.
     * @return {@link Creation#REFUSED} if the limit of channels is reached or this registry is closed.
     */
    public Creation tryCreate(final String name, final String contentType) {
        return tryCreate(name, contentType, ChannelOptions.DEFAULTS);
    }

    /**
     * Creates a channel unless it is there.
     *
     * @param name        decoded.
     * @param contentType of the new channel; may be null.
     * @param options     what the new channel does differently; limits of the engine are applied to it.
     * @return {@link Creation#REFUSED} if the limit of channels is reached or this registry is closed.
     */
    public Creation tryCreate(final String name, final String contentType, final ChannelOptions options) {
        if (open.containsKey(name)) {
            return Creation.PRESENT;
        }
        expire();
        if (isTooLong(name)) {
            engine.counters().increment(Counter.NAMES_REFUSED);
            return Creation.REFUSED;
        }
        if (closed || !tryCount()) {
            engine.counters().increment(closed ? Counter.CHANNELS_REFUSED_CLOSED : Counter.CHANNELS_REFUSED);
            return Creation.REFUSED;
        }
        final Retention retention = engine.policy().retention().with(options);
        if (!put(new Channel(name, contentType, retention, engine, reclaimer))) {
            openCount.decrementAndGet();
            return Creation.PRESENT;
        }
        engine.counters().increment(Counter.CHANNELS_CREATED);
        final Channel predecessor = tombstones.remove(name);
        if (predecessor != null) {
            predecessor.submit(new ChannelPurge());
        }
        if (closed) {
            close(name);
        }
        return Creation.CREATED;
    }

    /** Whether no channel may have this name. */
    public boolean isTooLong(final String name) {
        return name.length() > engine.policy().maxNameLength();
    }

    private boolean tryCount() {
        if (openCount.incrementAndGet() <= engine.policy().maxChannels()) {
            return true;
        }
        openCount.decrementAndGet();
        return false;
    }

    private boolean put(final Channel created) {
        if (changefeed == null) {
            return open.putIfAbsent(created.name(), created) == null;
        }
        final boolean isNew = created == open.computeIfAbsent(created.name(), name -> {
            changefeed.added(name);
            return created;
        });
        changefeed.flush();
        return isNew;
    }

    private boolean take(final Channel channel) {
        if (changefeed == null || channel == changefeed.channel()) {
            return open.remove(channel.name(), channel);
        }
        final AtomicBoolean taken = new AtomicBoolean();
        open.computeIfPresent(channel.name(), (name, present) -> {
            if (present != channel) {
                return present;
            }
            changefeed.removed(name);
            taken.set(true);
            return null;
        });
        return taken.get();
    }

    @Override
    public boolean create(final String name, final String contentType) {
        return create(name, contentType, ChannelOptions.DEFAULTS);
    }

    @Override
    public boolean create(final String name, final String contentType, final ChannelOptions options) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name of a channel: expected at least one character");
        }
        if (isTooLong(name)) {
            throw new IllegalArgumentException("name of a channel: expected at most "
                + engine.policy().maxNameLength() + " characters, got " + name.length());
        }
        if (contentType.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("contentType of channel " + name + ": expected printable ASCII");
        }
        final Creation creation = tryCreate(name, contentType, options);
        if (creation == Creation.REFUSED) {
            throw new TrickleException("cannot create channel " + name + ": " + (closed
                ? "the server is closed" : "limit of " + engine.policy().maxChannels() + " channels is reached"));
        }
        awaitChangefeed();
        return creation == Creation.CREATED;
    }

    @Override
    public boolean close(final String name) {
        final Channel channel = open.get(name);
        if (channel == null || isReserved(name) || !close(channel, Counter.CHANNELS_CLOSED, null)) {
            return false;
        }
        awaitChangefeed();
        return true;
    }

    private void awaitChangefeed() {
        if (changefeed != null) {
            changefeed.await();
        }
    }

    /**
     * Closes and forgets a channel.
     *
     * @param channel of this registry.
     * @param reason  counter that says why.
     * @param then    called when all is done and told, by any thread; may be null. Not called when the result is false.
     * @return false if it was closed before.
     */
    public boolean close(final Channel channel, final Counter reason, final Runnable then) {
        final Closed remains = new Closed(channel, engine.clock().nanoTime());
        if (open.get(channel.name()) != channel) {
            return false;
        }
        // Before the name is free, so that nobody finds neither.
        tombstones.put(channel.name(), channel);
        if (!take(channel)) {
            return false;
        }
        if (!isReserved(channel.name())) {
            openCount.decrementAndGet();
        }
        engine.counters().increment(reason);
        channel.submit(new ChannelClosing(then == null ? null : () -> settle(then)));
        if (changefeed != null) {
            changefeed.flush();
        }
        remember(remains);
        return true;
    }

    private void remember(final Closed remains) {
        lingering.add(remains);
        remembered.add(remains);
        if (rememberedCount.incrementAndGet() > MAX_TOMBSTONES) {
            forget(remembered.poll());
        }
        engine.timers().schedule(engine.policy().closeLingerNs(), this::expire);
        engine.timers().schedule(engine.policy().tombstoneNs(), this::expire);
        if (engine.policy().closeLingerNs() == 0) {
            expire();
        }
    }

    /** Forgets remains whose time is over. Cheap when there are none. */
    public void expire() {
        final long nowNs = engine.clock().nanoTime();
        Closed remains = lingering.peek();
        while (remains != null && nowNs - remains.closedNs >= engine.policy().closeLingerNs()) {
            if (lingering.remove(remains)) {
                remains.channel.submit(new ChannelPurge());
            }
            remains = lingering.peek();
        }
        remains = remembered.peek();
        while (remains != null && nowNs - remains.closedNs >= engine.policy().tombstoneNs()) {
            if (remembered.remove(remains)) {
                forget(remains);
            }
            remains = remembered.peek();
        }
    }

    private void forget(final Closed remains) {
        if (remains != null) {
            rememberedCount.decrementAndGet();
            tombstones.remove(remains.channel.name(), remains.channel);
            remains.channel.submit(new ChannelPurge());
        }
    }

    /**
     * Closes the channels that have been idle for longer than the idle time-out, names that begin with an underscore
     * excepted, and gives unused memory back.
     */
    public void sweep() {
        final long nowNs = engine.clock().nanoTime();
        for (final Channel channel : open.values()) {
            final boolean idle = nowNs - channel.activityNs() > engine.policy().idleTimeoutNs();
            if (idle && !channel.name().startsWith("_")) {
                close(channel, Counter.CHANNELS_SWEPT, null);
            }
        }
        expire();
        engine.blocks().decay();
    }

    @Override
    public List<String> names() {
        return new ArrayList<>(open.keySet());
    }

    @Override
    public long nextSequence(final String name) {
        final Channel channel = open.get(name);
        return channel == null ? -1 : channel.pointer();
    }

    @Override
    public Optional<ChannelStats> stats(final String name) {
        final Channel channel = open.get(name);
        return channel == null ? Optional.empty() : Optional.of(channel.meter().snapshot(channel));
    }

    @Override
    public Map<String, Long> counters() {
        return engine.counters().snapshot();
    }

    /**
     * Closes every channel, releasing all parked parties, and the changefeed after it has told so; refuses new ones.
     * Remains stay until {@link #close()}.
     */
    public void closeChannels() {
        closed = true;
        for (final Channel channel : open.values()) {
            if (!isReserved(channel.name())) {
                close(channel, Counter.CHANNELS_CLOSED, null);
            }
        }
        if (changefeed != null) {
            close(changefeed.channel(), Counter.CHANNELS_CLOSED, null);
        }
    }

    /** Closes every channel and gives all memory back that no reader holds. Idempotent. */
    @Override
    public void close() {
        closeChannels();
        Closed remains = remembered.poll();
        while (remains != null) {
            forget(remains);
            remains = remembered.poll();
        }
        lingering.clear();
        engine.blocks().close();
    }

    private record Closed(Channel channel, long closedNs) {
    }
}
