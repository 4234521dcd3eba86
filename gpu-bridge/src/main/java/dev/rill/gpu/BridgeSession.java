package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;
import dev.rill.gpu.internal.Gate;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one model on frames of one format.
 * <p>
 * {@link #submit} belongs to one thread at a time and {@link #poll} to one thread at a time; they may be two. Neither
 * blocks nor, in steady state, allocates. A ticket is in flight from its submission until its completion has been
 * polled, and at most {@link #window} are. Any thread may close.
 * <pre>
 *  final long ticket = session.submit(in, out, parameters);   // the session holds its own references from here on
 *  if (ticket == BridgeSession.BACK_PRESSURED) { poll, or drop a frame and count it }
 *  in.release(); out.release();                                // the caller's own
 *  …
 *  session.poll(handler, 4);                                   // the handler releases what it receives
 * </pre>
 */
public final class BridgeSession implements AutoCloseable {
    /** Status: the output slot holds the result. */
    public static final int OK = 0;
    /** The window, or the device's queue, is full: poll first. */
    public static final int BACK_PRESSURED = -1;
    /** The session is closed. */
    public static final int CLOSED = -2;
    /** The device does not know a slot. */
    public static final int BAD_SLOT = -3;
    /** The device is gone; close the bridge and launch another. */
    public static final int DEVICE_LOST = -4;
    /** Status: the session was closed before the device began. */
    public static final int CANCELLED = -5;
    /** Status: the model failed on this frame; the output slot's content is undefined. */
    public static final int KERNEL_FAILED = -6;

    /** Largest window. */
    public static final int MAX_WINDOW = 256;

    private static final long CHECK_AFTER_NS = 100_000_000L;

    private final Bridge bridge;
    private final Model model;
    private final FrameFormat format;
    private final int window;
    private final long closeTimeoutNs;
    private final CompletionBlock block;
    private final DeviceSession device;
    private final Consumer<BridgeSession> onClosed;
    private final FrameSlot[] ins;
    private final FrameSlot[] outs;
    private final int mask;
    private final Gate gate = new Gate(this::drain);
    private final CountDownLatch drained = new CountDownLatch(1);

    /** Written by the submitting thread only. */
    private volatile long submitted;
    private volatile Thread pollingThread;
    /** Of the polling thread: since when nothing came although something is in flight; 0 while it comes. */
    private long waitingSinceNs;
    private volatile boolean isDrained;

    BridgeSession(
        final Bridge bridge,
        final Model model,
        final FrameFormat format,
        final int window,
        final long closeTimeoutNs,
        final Device opener,
        final Consumer<BridgeSession> onClosed) {
        this.bridge = bridge;
        this.model = model;
        this.format = format;
        this.window = window;
        this.closeTimeoutNs = closeTimeoutNs;
        this.onClosed = onClosed;
        block = new CompletionBlock(window);
        ins = new FrameSlot[block.capacity()];
        outs = new FrameSlot[block.capacity()];
        mask = block.capacity() - 1;
        device = open(opener);
    }

    /**
     * Queues one frame; the device is told in one native call. On success the session has taken its own reference to
     * both slots and holds them until the completion is polled; the caller keeps its own. Otherwise nothing changed.
     *
     * @param in         filled slot of this session's format, from a pool of the same bridge; not written until polled.
     * @param out        another such slot; its picture is overwritten. Or {@code in} itself, if the model
     *                   {@linkplain Model#passesThrough() passes frames through}: then nothing is written, and the
     *                   completion hands on the same slot as input and as result, with a reference for each.
     * @param parameters of this session's model; copied.
     * @return a ticket, counting from 0, or {@link #BACK_PRESSURED}, {@link #CLOSED}, {@link #BAD_SLOT} or
     *     {@link #DEVICE_LOST}.
     * @throws IllegalArgumentException if a slot or the parameters do not fit this session.
     * @throws IllegalStateException    if a slot is not held by anyone.
     */
    public long submit(final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
        check("in", in);
        check("out", out);
        if (in == out && !model.passesThrough()) {
            throw new IllegalArgumentException(this + ": in and out are the same " + in);
        }
        if (parameters.model() != model) {
            throw new IllegalArgumentException(this + ": parameters are of model '" + parameters.model() + "'");
        }
        if (!gate.enter()) {
            return CLOSED;
        }
        try {
            final long ticket = submitted;
            return ticket - block.consumedAcquire() >= window
                ? BACK_PRESSURED : submitHeld(in, out, ticket, parameters);
        } finally {
            gate.exit();
        }
    }

    /**
     * Hands over what the device has finished, in ticket order; no native call, never blocks.
     *
     * @param handler receives the completions and the session's references.
     * @param limit   largest number of completions to hand over, positive.
     * @return number handed over; 0 also when the session is closed.
     */
    public int poll(final CompletionHandler handler, final int limit) {
        if (!gate.enter()) {
            return 0;
        }
        final Thread outerPoll = pollingThread;
        pollingThread = Thread.currentThread();
        try {
            final int count = deliverUpTo(limit, handler);
            watch(count > 0 || submitted == block.consumedAcquire());
            return count;
        } finally {
            pollingThread = outerPoll;
            gate.exit();
        }
    }

    /** Tickets submitted and not yet polled; any thread. */
    public int inFlight() {
        if (!gate.enter()) {
            return 0;
        }
        try {
            return (int) Math.max(0, submitted - block.consumedAcquire());
        } finally {
            gate.exit();
        }
    }

    /**
     * What the model, or whoever runs it, said when it failed last: why a completion has a status other than
     * {@link #OK}, or why {@link #DEVICE_LOST} is answered.
     *
     * @return one line; empty if nothing was said.
     */
    public String failure() {
        return device.failure();
    }

    /** How long frames took on the device; nothing once the session is closed. */
    public DeviceTimes deviceTimes() {
        return device.times();
    }

    /** Largest number of tickets in flight. */
    public int window() {
        return window;
    }

    /** The model that this session runs. */
    public Model model() {
        return model;
    }

    /** Format of its frames. */
    public FrameFormat format() {
        return format;
    }

    /** Whether {@link #close} was called. */
    public boolean isClosed() {
        return gate.isClosed();
    }

    /**
     * Closes the session: refuses submissions, cancels frames that the device has not begun, waits for those it has,
     * and releases the slots of every completion that was not polled; the handler does not see them. Idempotent; may
     * be called from a handler, in which case the rest happens when {@link #poll} returns.
     *
     * @throws BridgeException if the device, or another thread's handler, is still busy after the bridge's close
     *     time-out; slots stay out then, since the device may still write them. Closing again waits again.
     */
    @Override
    public void close() {
        final boolean isFirst = gate.close();
        if (pollingThread == Thread.currentThread()) {
            return;
        }
        awaitUsers();
        if (!isFirst && !isDrained) {
            drain();
        }
        if (!isDrained) {
            throw new BridgeException(Code.TIMEOUT, this + ": the device still works on its frames after"
                + " closeTimeoutNs=" + closeTimeoutNs + ", their slots stay out");
        }
    }

    @Override
    public String toString() {
        return "session " + model + " " + format;
    }

    boolean isDrained() {
        return isDrained;
    }

    private DeviceSession open(final Device opener) {
        try {
            return model.backend().open(bridge, opener, model, format, window, block);
        } catch (final RuntimeException ex) {
            block.close();
            throw ex;
        }
    }

    private void check(final String role, final FrameSlot slot) {
        if (!slot.pool().belongsTo(bridge)) {
            throw new IllegalArgumentException(this + ": " + role + " " + slot + " belongs to another bridge");
        }
        if (!slot.format().equals(format)) {
            throw new IllegalArgumentException(
                this + ": " + role + " " + slot + " has format " + slot.format() + ", expected " + format);
        }
    }

    private long submitHeld(
        final FrameSlot in, final FrameSlot out, final long ticket, final ModelParameters parameters) {
        retainBoth(in, out);
        final int at = (int) ticket & mask;
        // Before the device knows: the poller may see the completion earlier than this thread sees the result.
        ins[at] = in;
        outs[at] = out;
        submitted = ticket + 1;
        final int code = device.submit(in, out, ticket, parameters);
        if (code == OK) {
            return ticket;
        }
        submitted = ticket;
        ins[at] = null;
        outs[at] = null;
        in.release();
        out.release();
        return code;
    }

    /** A device that has died finishes nothing and says nothing: it is asked, seldom enough to cost nothing. */
    private void watch(final boolean isWell) {
        if (isWell) {
            waitingSinceNs = 0;
            return;
        }
        final long nowNs = System.nanoTime();
        if (waitingSinceNs == 0) {
            waitingSinceNs = nowNs;
        } else if (nowNs - waitingSinceNs > CHECK_AFTER_NS) {
            waitingSinceNs = nowNs;
            device.check();
        }
    }

    /** Reads the counters again for each ticket, because a handler may poll or close. */
    private int deliverUpTo(final int limit, final CompletionHandler handler) {
        int count = 0;
        while (count < limit && !gate.isClosed()) {
            final long ticket = block.consumedAcquire();
            if (ticket >= block.completedAcquire()) {
                break;
            }
            count++;
            deliver(ticket, handler);
        }
        return count;
    }

    private void deliver(final long ticket, final CompletionHandler handler) {
        final int record = block.recordOffset(ticket);
        final int status = block.intAt(record + CompletionBlock.STATUS_OFFSET);
        final long version = block.longAt(record + CompletionBlock.PARAMETER_VERSION_OFFSET);
        final long startNs = block.longAt(record + CompletionBlock.START_OFFSET);
        final long toldNs = block.longAt(record + CompletionBlock.END_OFFSET);
        final long endNs = toldNs == 0 ? System.nanoTime() : toldNs;
        final int at = (int) ticket & mask;
        final FrameSlot in = ins[at];
        final FrameSlot out = outs[at];
        ins[at] = null;
        outs[at] = null;
        block.consumedRelease(ticket + 1);
        handler.onCompletion(ticket, status, in, out, version, startNs, endNs);
    }

    private static void retainBoth(final FrameSlot in, final FrameSlot out) {
        in.retain();
        try {
            out.retain();
        } catch (final IllegalStateException ex) {
            in.release();
            throw ex;
        }
    }

    /** Runs once nobody submits or polls any more, and again when a close is repeated after a time-out. */
    private synchronized void drain() {
        if (!isDrained && device.close(closeTimeoutNs) == OK) {
            releaseAll();
            block.close();
            isDrained = true;
            onClosed.accept(this);
        }
        drained.countDown();
    }

    private void releaseAll() {
        for (int i = 0; i < ins.length; i++) {
            if (ins[i] != null) {
                ins[i].release();
                outs[i].release();
                ins[i] = null;
                outs[i] = null;
            }
        }
    }

    /** An interrupt does not cut the wait short, since what follows frees memory; it is restored. */
    private void awaitUsers() {
        // Real time: closing is bounded under an injected clock that stands still, too.
        final long deadlineNs = System.nanoTime() + closeTimeoutNs;
        boolean isInterrupted = false;
        while (drained.getCount() > 0 && System.nanoTime() - deadlineNs < 0) {
            try {
                drained.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (drained.getCount() > 0) {
            throw new BridgeException(Code.TIMEOUT,
                this + ": a thread is still inside poll or submit after closeTimeoutNs=" + closeTimeoutNs);
        }
    }
}
