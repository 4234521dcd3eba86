package dev.rill.gpu;

import java.util.regex.Pattern;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Options of a {@link Bridge}: fluent setters, getters of the same name. {@link Bridge#launch} concludes the context;
 * a concluded context refuses changes and a second use. Not thread-safe.
 */
public final class BridgeContext {
    /** Property of {@link #device()}. */
    public static final String DEVICE_PROPERTY = "rill.bridge.device";
    /** Default of {@link #device()}. */
    public static final String DEVICE_DEFAULT = "auto";
    /** Property of {@link #threads()}. */
    public static final String THREADS_PROPERTY = "rill.bridge.threads";
    /** Largest number of threads. */
    public static final int MAX_THREADS = 64;
    /** Property of {@link #closeTimeoutNs()}; nanoseconds. */
    public static final String CLOSE_TIMEOUT_PROPERTY = "rill.bridge.close.timeout.ns";
    /** Default of {@link #closeTimeoutNs()}: 5 s. */
    public static final long CLOSE_TIMEOUT_DEFAULT_NS = 5_000_000_000L;
    /** Environment variable of {@link #requireNative()}: {@code 1} sets it. */
    public static final String REQUIRE_NATIVE_VARIABLE = "RILL_REQUIRE_NATIVE";

    private static final Pattern DEVICES = Pattern.compile("auto|cpu|java|(cuda|simulator)(:\\d{1,3})?");
    private static final int MAX_DEFAULT_THREADS = 4;

    private String device = System.getProperty(DEVICE_PROPERTY, DEVICE_DEFAULT);
    private int threads = Integer.getInteger(THREADS_PROPERTY, defaultThreads());
    private long closeTimeoutNs = Long.getLong(CLOSE_TIMEOUT_PROPERTY, CLOSE_TIMEOUT_DEFAULT_NS);
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private boolean requireNative = "1".equals(System.getenv(REQUIRE_NATIVE_VARIABLE));
    private boolean isConcluded;

    /**
     * Device to run on: {@code cuda} or {@code cuda:N} (an NVIDIA GPU), {@code cpu} (native library), {@code java} (its
     * stand-in), or {@code auto}: the first that is usable, in this order. Default {@value #DEVICE_DEFAULT}.
     *
     * @param name of the device.
     * @return this.
     */
    public BridgeContext device(final String name) {
        checkOpen();
        device = name;
        return this;
    }

    /** Device to run on. */
    public String device() {
        return device;
    }

    /**
     * Worker threads of the device, 1 to {@value #MAX_THREADS}. A frame is worked on by one thread; several frames of
     * one session may run at once. Default: half the processors, 1 to 4.
     *
     * @param count of threads.
     * @return this.
     */
    public BridgeContext threads(final int count) {
        checkOpen();
        threads = count;
        return this;
    }

    /** Worker threads of the device. */
    public int threads() {
        return threads;
    }

    /**
     * How long closing a session or the device waits for frames that the device is working on. Default 5 s.
     *
     * @param timeoutNs positive, in nanoseconds.
     * @return this.
     */
    public BridgeContext closeTimeoutNs(final long timeoutNs) {
        checkOpen();
        closeTimeoutNs = timeoutNs;
        return this;
    }

    /** How long closing waits, in nanoseconds. */
    public long closeTimeoutNs() {
        return closeTimeoutNs;
    }

    /**
     * Clock of the {@code java} device's time stamps; the native device reads the monotonic clock itself, and closing
     * is bounded by real time.
     *
     * @param clock default {@link SystemNanoClock}.
     * @return this.
     */
    public BridgeContext nanoClock(final NanoClock clock) {
        checkOpen();
        nanoClock = clock;
        return this;
    }

    /** Clock of the {@code java} device. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /**
     * Whether {@code auto} fails, naming the reason, instead of falling back to the {@code java} device when the native
     * library cannot be used. Default: whether the environment has {@code RILL_REQUIRE_NATIVE=1}.
     *
     * @param isRequired true to fail.
     * @return this.
     */
    public BridgeContext requireNative(final boolean isRequired) {
        checkOpen();
        requireNative = isRequired;
        return this;
    }

    /** Whether {@code auto} insists on the native library. */
    public boolean requireNative() {
        return requireNative;
    }

    /**
     * Checks every option; called once, by {@link Bridge#launch}.
     *
     * @return this.
     * @throws IllegalStateException    if called before.
     * @throws IllegalArgumentException if an option is out of range.
     */
    public BridgeContext conclude() {
        checkOpen();
        if (device == null || !DEVICES.matcher(device).matches()) {
            throw new IllegalArgumentException(
                "bridge context: unknown device '" + device + "': known are auto, cpu, java, cuda, cuda:1 ...");
        }
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(
                "bridge context: threads=" + threads + ", expected 1 to " + MAX_THREADS);
        }
        if (closeTimeoutNs <= 0) {
            throw new IllegalArgumentException(
                "bridge context: closeTimeoutNs=" + closeTimeoutNs + ", expected a positive number");
        }
        if (nanoClock == null) {
            throw new IllegalArgumentException("bridge context: nanoClock is null");
        }
        isConcluded = true;
        return this;
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("bridge context is concluded: make a new one for another bridge");
        }
    }

    private static int defaultThreads() {
        return Math.min(MAX_DEFAULT_THREADS, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }
}
