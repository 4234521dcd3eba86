package dev.rill.gpu;

import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Options of a model that runs in a Python process: fluent setters, getters of the same name. {@link Model#worker}
 * concludes the context; a concluded context refuses changes. Not thread-safe.
 * <p>
 * The file defines {@code process(frame, params)} and may define
 * {@code PARAMETERS = {"name": (minimum, maximum, default, "description")}}; {@code rill_worker.py} says what a frame
 * is. Each session has a process of its own, unless the file defines {@code BATCH} and
 * {@code process_batch(frames, params)}: then all sessions of the model have one together, which gets their frames in
 * batches. A process reads frames where the decoder wrote them and writes results where the encoder reads them, in
 * memory that both processes map; nothing is copied between them.
 */
public final class WorkerContext {
    /** Property of {@link #python()}. */
    public static final String PYTHON_PROPERTY = "rill.worker.python";
    /** Default of {@link #python()}. */
    public static final String PYTHON_DEFAULT = "python3";
    /** Default of {@link #startTimeoutNs()}: 60 s, since libraries for GPUs take their time. */
    public static final long START_TIMEOUT_DEFAULT_NS = 60_000_000_000L;
    /** Default of {@link #frameTimeoutNs()}: 5 s. */
    public static final long FRAME_TIMEOUT_DEFAULT_NS = 5_000_000_000L;
    /** Default of {@link #restarts()}. */
    public static final int RESTARTS_DEFAULT = 5;
    /** Default of {@link #restartWindowNs()}: 60 s. */
    public static final long RESTART_WINDOW_DEFAULT_NS = 60_000_000_000L;

    private Path script;
    private String python = System.getProperty(PYTHON_PROPERTY, PYTHON_DEFAULT);
    private long startTimeoutNs = START_TIMEOUT_DEFAULT_NS;
    private long frameTimeoutNs = FRAME_TIMEOUT_DEFAULT_NS;
    private int restarts = RESTARTS_DEFAULT;
    private long restartWindowNs = RESTART_WINDOW_DEFAULT_NS;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private boolean isConcluded;

    /**
     * The Python file with the model.
     *
     * @param file ending in {@code .py}.
     * @return this.
     */
    public WorkerContext script(final Path file) {
        checkOpen();
        script = file;
        return this;
    }

    /** The Python file with the model. */
    public Path script() {
        return script;
    }

    /**
     * Interpreter to run it, 3.9 or newer with NumPy, such as that of a virtual environment. Default
     * {@value #PYTHON_DEFAULT}.
     *
     * @param command path, or a name that the environment's PATH finds.
     * @return this.
     */
    public WorkerContext python(final String command) {
        checkOpen();
        python = command;
        return this;
    }

    /** Interpreter to run it. */
    public String python() {
        return python;
    }

    /**
     * How long a process may take until its model is loaded, in nanoseconds; default 60 s.
     *
     * @param timeoutNs positive.
     * @return this.
     */
    public WorkerContext startTimeoutNs(final long timeoutNs) {
        checkOpen();
        startTimeoutNs = timeoutNs;
        return this;
    }

    /** How long a process may take until its model is loaded, in nanoseconds. */
    public long startTimeoutNs() {
        return startTimeoutNs;
    }

    /**
     * How long a frame may take before its process counts as hanging and is replaced, in nanoseconds; default 5 s.
     *
     * @param timeoutNs positive.
     * @return this.
     */
    public WorkerContext frameTimeoutNs(final long timeoutNs) {
        checkOpen();
        frameTimeoutNs = timeoutNs;
        return this;
    }

    /** How long a frame may take, in nanoseconds. */
    public long frameTimeoutNs() {
        return frameTimeoutNs;
    }

    /**
     * How many processes of a session may be replaced within {@link #restartWindowNs()}; one more ends the session.
     *
     * @param count 0 to 1000.
     * @return this.
     */
    public WorkerContext restarts(final int count) {
        checkOpen();
        restarts = count;
        return this;
    }

    /** How many processes of a session may be replaced within the window. */
    public int restarts() {
        return restarts;
    }

    /**
     * The time within which {@link #restarts()} are counted, in nanoseconds; default 60 s.
     *
     * @param windowNs positive.
     * @return this.
     */
    public WorkerContext restartWindowNs(final long windowNs) {
        checkOpen();
        restartWindowNs = windowNs;
        return this;
    }

    /** The time within which restarts are counted, in nanoseconds. */
    public long restartWindowNs() {
        return restartWindowNs;
    }

    /**
     * Clock of the time-outs and of the budget of restarts; processes are ended, and waited for, in real time.
     *
     * @param clock default {@link SystemNanoClock}.
     * @return this.
     */
    public WorkerContext nanoClock(final NanoClock clock) {
        checkOpen();
        nanoClock = clock;
        return this;
    }

    /** Clock of the time-outs. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    WorkerContext conclude() {
        checkOpen();
        if (script == null || !script.toString().endsWith(".py") || !Files.isRegularFile(script)) {
            throw new IllegalArgumentException("worker: script '" + script + "', expected a file that ends in .py");
        }
        if (python == null || python.isBlank()) {
            throw new IllegalArgumentException("worker: python '" + python + "', expected the name of an interpreter");
        }
        positive("startTimeoutNs", startTimeoutNs);
        positive("frameTimeoutNs", frameTimeoutNs);
        positive("restartWindowNs", restartWindowNs);
        if (restarts < 0 || restarts > 1000) {
            throw new IllegalArgumentException("worker: restarts=" + restarts + ", expected 0 to 1000");
        }
        if (nanoClock == null) {
            throw new IllegalArgumentException("worker: nanoClock is null");
        }
        isConcluded = true;
        return this;
    }

    private static void positive(final String name, final long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("worker: " + name + "=" + value + ", expected a positive number");
        }
    }

    private void checkOpen() {
        if (isConcluded) {
            throw new IllegalStateException("worker context is concluded: make a new one for another model");
        }
    }
}
