package dev.rill.gpu;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open device with its frame pools and sessions. Any thread; two bridges in one process do not notice each other.
 * <pre>
 *  try (Bridge bridge = Bridge.launch(new BridgeContext())) {
 *      final FramePool pool = bridge.newPool(FrameFormat.of(PixelFormat.I420, 1280, 720), 8);
 *      final BridgeSession session = bridge.openSession(Model.builtIn("invert"), pool.format(), 4);
 *      …
 *  }
 * </pre>
 */
public final class Bridge implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Bridge.class);

    private final Device device;
    private final long closeTimeoutNs;
    private final Set<FramePool> pools = new LinkedHashSet<>();
    private final Set<BridgeSession> sessions = new LinkedHashSet<>();
    private boolean isClosed;
    private final int threads;
    private HostExecutor hostExecutor;
    private boolean isDeviceClosed;

    private Bridge(final Device device, final BridgeContext context) {
        this.device = device;
        threads = context.threads();
        closeTimeoutNs = context.closeTimeoutNs();
    }

    /**
     * Opens a device.
     *
     * @param context options; concluded by this call.
     * @return a working bridge.
     * @throws IllegalArgumentException if an option is out of range.
     * @throws IllegalStateException    if the context was used before.
     * @throws BridgeException          if the device cannot be used; the text gives the reason.
     */
    public static Bridge launch(final BridgeContext context) {
        context.conclude();
        final Device device = Devices.open(context);
        LOGGER.info("bridge started device={} threads={} description={}",
            device.info().name(), context.threads(), device.info().description());
        return new Bridge(device, context);
    }

    /**
     * Every device of this host and build, in order of preference, with those that cannot be used and the reason.
     *
     * @return the list; a new one with every call.
     */
    public static List<DeviceInfo> devices() {
        return Devices.list();
    }

    /** The device of this bridge. */
    public DeviceInfo device() {
        return device.info();
    }

    /**
     * Allocates a pool. The host closes it, or this bridge does.
     *
     * @param format geometry of the slots.
     * @param slots  number of slots, 1 to {@value FramePool#MAX_SLOTS}.
     * @return the pool.
     * @throws IllegalStateException if this bridge is closed.
     * @throws BridgeException       if there is not enough memory.
     */
    public FramePool newPool(final FrameFormat format, final int slots) {
        return newPool(format, slots, false);
    }

    /**
     * As {@link #newPool}, for slots that models write. A model that runs in a process of its own
     * ({@link Model#worker}) can read any pool, and write into these alone.
     *
     * @param format geometry of the slots.
     * @param slots  number of slots, 1 to {@value FramePool#MAX_SLOTS}.
     * @return the pool.
     * @throws IllegalStateException if this bridge is closed.
     * @throws BridgeException       if there is not enough memory.
     */
    public FramePool newResultPool(final FrameFormat format, final int slots) {
        return newPool(format, slots, true);
    }

    /**
     * Opens a session. The host closes it, or this bridge does.
     *
     * @param model  what to run.
     * @param format of the input and the output frames.
     * @param window largest number of tickets in flight, 1 to {@value BridgeSession#MAX_WINDOW}.
     * @return the session.
     * @throws IllegalStateException if this bridge is closed.
     * @throws BridgeException       if the device refuses.
     */
    public synchronized BridgeSession openSession(final Model model, final FrameFormat format, final int window) {
        checkOpen();
        if (window < 1 || window > BridgeSession.MAX_WINDOW) {
            throw new IllegalArgumentException("session " + model + " " + format + ": window=" + window
                + ", expected 1 to " + BridgeSession.MAX_WINDOW);
        }
        final BridgeSession session =
            new BridgeSession(this, model, format, window, closeTimeoutNs, device, this::onClosed);
        sessions.add(session);
        return session;
    }

    /**
     * Measures what the copy of a picture alone costs, with as many behind each other as {@code rounds}: the least that
     * frames can cost on a device with memory of its own. Waits for them and disturbs sessions: for benchmarks.
     *
     * @param format    of the pictures; {@link FrameFormat#spanBytes} are copied.
     * @param rounds    positive.
     * @param direction to the device, from it, or both at once.
     * @return nanoseconds of one round.
     * @throws BridgeException if the device refuses.
     */
    public double measureCopy(final FrameFormat format, final int rounds, final CopyDirection direction) {
        try (FramePool pool = newPool(format, 2)) {
            return device.measureCopy(pool, rounds, direction);
        }
    }

    /** Number of slots of all pools that are out; 0 after a clean close. */
    public synchronized int outstandingSlots() {
        return pools.stream().mapToInt(FramePool::outstanding).sum();
    }

    /** Number of sessions that the device still knows. */
    public synchronized int openSessions() {
        return sessions.size();
    }

    /** Frames submitted to any session and not yet polled. */
    public int inFlight() {
        final List<BridgeSession> open;
        synchronized (this) {
            open = List.copyOf(sessions);
        }
        return open.stream().mapToInt(BridgeSession::inFlight).sum();
    }

    /**
     * Number of pools whose memory is allocated; after closing, those that wait for slots to return.
     */
    public synchronized int openPools() {
        return pools.size();
    }

    /**
     * Closes sessions, then pools, then the device with its threads. Idempotent. Memory of a pool with slots out is
     * freed when the last of them returns; {@link #outstandingSlots} tells how many are missing.
     *
     * @throws BridgeException if a frame is still being worked on after the close time-out; closing again waits again.
     */
    @Override
    public void close() {
        final List<AutoCloseable> parts = new ArrayList<>();
        synchronized (this) {
            isClosed = true;
            parts.addAll(sessions);
            parts.addAll(pools);
        }
        parts.add(this::closeHostExecutor);
        parts.add(this::closeDevice);
        closeAll(parts);
    }

    /** Threads for models that this process runs without the device; they end with this bridge. */
    synchronized HostExecutor hostExecutor() {
        checkOpen();
        if (hostExecutor == null) {
            hostExecutor = new HostExecutor("rill-gpu-host", threads);
        }
        return hostExecutor;
    }

    /** Scripts a fault for tests; see {@link Device#injectFault}. */
    void injectFault(final long delayNs, final int status) {
        device.injectFault(delayNs, status);
    }

    private synchronized FramePool newPool(final FrameFormat format, final int slots, final boolean forResults) {
        checkOpen();
        if (slots < 1 || slots > FramePool.MAX_SLOTS) {
            throw new IllegalArgumentException(
                "pool " + format + ": slots=" + slots + ", expected 1 to " + FramePool.MAX_SLOTS);
        }
        final FramePool pool =
            new FramePool(this, format, slots, device.allocate(format, slots, forResults), this::onFreed);
        pools.add(pool);
        return pool;
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("bridge on device '" + device.info().name() + "' is closed");
        }
    }

    private synchronized void onFreed(final FramePool pool) {
        pools.remove(pool);
    }

    private synchronized void onClosed(final BridgeSession session) {
        sessions.remove(session);
    }

    private void closeHostExecutor() {
        final HostExecutor executor;
        synchronized (this) {
            executor = hostExecutor;
        }
        if (executor != null && executor.close(closeTimeoutNs) != BridgeSession.OK) {
            throw new BridgeException(Code.TIMEOUT,
                "bridge: threads of models did not stop within closeTimeoutNs=" + closeTimeoutNs);
        }
    }

    private void closeDevice() {
        // Its own lock: slots may return meanwhile, and the last of a pool needs this bridge's monitor.
        synchronized (device) {
            if (!isDeviceClosed) {
                stopDevice();
            }
        }
    }

    private void stopDevice() {
        final int code = device.close(closeTimeoutNs);
        isDeviceClosed = code != Code.BUSY;
        if (code != BridgeSession.OK) {
            throw new BridgeException(code, "device '" + device.info().name() + "': did not stop within closeTimeoutNs="
                + closeTimeoutNs + ", code " + code + ", open sessions " + openSessions());
        }
        LOGGER.info("bridge closed device={} outstandingSlots={}", device.info().name(), outstandingSlots());
    }

    private static void closeAll(final List<AutoCloseable> parts) {
        BridgeException failure = null;
        for (final AutoCloseable part : parts) {
            try {
                part.close();
            } catch (final BridgeException ex) {
                if (failure == null) {
                    failure = ex;
                } else {
                    failure.addSuppressed(ex);
                }
            } catch (final Exception ex) {
                throw new IllegalStateException("closing " + part + " failed", ex);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
