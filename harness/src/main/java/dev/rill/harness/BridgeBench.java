package dev.rill.harness;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.CopyDirection;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.CloseHelper;

/** Measures one device. One thread, which spins. */
final class BridgeBench implements AutoCloseable {
    private static final int WINDOW = 4;
    private static final int MAX_SAMPLES = 1 << 20;
    private static final int MAX_SESSIONS = 512;
    private static final int[] LOADS = {1, 4, 16, 64};
    private static final long COPIED_BYTES = 256L << 20;
    private static final int ROUNDS = 20;
    private static final int WARM_UP_SHARE = 4;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Model IDENTITY = Model.builtIn("identity");

    private final Bridge bridge;
    private final FrameFormat format;
    private final Model model;
    private final ModelParameters parameters;
    private final long durationNs;
    private final long[] samples = new long[MAX_SAMPLES];
    private int completed;
    private final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
        in.release();
        out.release();
        completed++;
        if (status != BridgeSession.OK) {
            throw new IllegalStateException("ticket " + ticket + ": status " + status);
        }
    };

    /** Opens the device; each figure is measured for {@code durationNs}. */
    BridgeBench(
        final String device, final FrameFormat format, final Model model, final ModelParameters parameters,
        final long durationNs) {
        bridge = Bridge.launch(new BridgeContext().device(device));
        this.format = format;
        this.model = model;
        this.parameters = parameters;
        this.durationNs = durationNs;
    }

    BridgeFigures run(final long deadlineNs) {
        return new BridgeFigures(bridge.device(), format, copy(), copies(), identity(false), identity(true),
            loads(), model.name(), speed(), WINDOW, deadlineNs,
            Model.builtIns().contains(model) ? sessionsWithin(deadlineNs) : 0);
    }

    /** Many behind each other, between pinned memory and the device where it has memory of its own. */
    private BridgeFigures.Copies copies() {
        final int rounds = (int) Math.max(16, COPIED_BYTES / format.spanBytes());
        return new BridgeFigures.Copies(bridge.measureCopy(format, rounds, CopyDirection.IN),
            bridge.measureCopy(format, rounds, CopyDirection.OUT),
            bridge.measureCopy(format, rounds, CopyDirection.BOTH));
    }

    private List<BridgeFigures.Load> loads() {
        final List<BridgeFigures.Load> loads = new ArrayList<>();
        for (final int count : LOADS) {
            loads.add(new BridgeFigures.Load(count, load(count)));
        }
        return loads;
    }

    /** Frames per second of identity, by sessions that always have a window in flight. */
    private double load(final int count) {
        final List<BridgeSession> sessions = new ArrayList<>();
        final FramePool[] pools = new FramePool[count];
        try {
            for (int i = 0; i < count; i++) {
                pools[i] = bridge.newPool(format, 2 * WINDOW);
                sessions.add(bridge.openSession(IDENTITY, format, WINDOW));
            }
            fill(sessions, pools, durationNs / WARM_UP_SHARE);
            completed = 0;
            final long startNs = System.nanoTime();
            fill(sessions, pools, durationNs);
            final double seconds = (System.nanoTime() - startNs) / NANOS_PER_SECOND;
            final double frames = completed;
            sessions.forEach(session -> await(session, session.inFlight()));
            return frames / seconds;
        } finally {
            CloseHelper.closeAll(sessions);
            CloseHelper.closeAll(pools);
        }
    }

    private void fill(final List<BridgeSession> sessions, final FramePool[] pools, final long forNs) {
        final ModelParameters none = IDENTITY.defaults();
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < forNs) {
            for (int i = 0; i < pools.length; i++) {
                final BridgeSession session = sessions.get(i);
                session.poll(handler, WINDOW);
                while (session.inFlight() < WINDOW) {
                    submit(session, pools[i].acquire(), pools[i].acquire(), none);
                }
            }
        }
    }

    /** The least that a device has to do that writes a result: the bytes of a picture from one slot to another. */
    private BridgeFigures.Time copy() {
        try (FramePool pool = bridge.newPool(format, 2)) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            final BridgeFigures.Time time = measure(copying(in, out));
            in.release();
            out.release();
            return time;
        }
    }

    private Runnable copying(final FrameSlot in, final FrameSlot out) {
        final ByteBuffer[] from = new ByteBuffer[format.planeCount()];
        final ByteBuffer[] to = new ByteBuffer[format.planeCount()];
        for (int plane = 0; plane < from.length; plane++) {
            from[plane] = in.plane(plane);
            to[plane] = out.plane(plane);
        }
        return () -> {
            for (int plane = 0; plane < from.length; plane++) {
                to[plane].put(0, from[plane], 0, to[plane].limit());
            }
        };
    }

    private BridgeFigures.Time identity(final boolean handedOn) {
        try (FramePool pool = bridge.newPool(format, 2);
            BridgeSession session = bridge.openSession(IDENTITY, format, 1)) {
            final ModelParameters none = IDENTITY.defaults();
            return measure(() -> {
                final FrameSlot in = pool.acquire();
                final FrameSlot out = handedOn ? in.retain() : pool.acquire();
                submit(session, in, out, none);
                await(session, 1);
            });
        }
    }

    private BridgeFigures.Time measure(final Runnable work) {
        final long warmNs = System.nanoTime() + durationNs / WARM_UP_SHARE;
        while (System.nanoTime() < warmNs) {
            work.run();
        }
        final long endNs = System.nanoTime() + durationNs;
        int count = 0;
        long beforeNs = System.nanoTime();
        while (count == 0 || beforeNs < endNs && count < MAX_SAMPLES) {
            work.run();
            final long afterNs = System.nanoTime();
            samples[count++] = afterNs - beforeNs;
            beforeNs = afterNs;
        }
        return BridgeFigures.Time.of(Arrays.copyOf(samples, count));
    }

    private BridgeFigures.Speed speed() {
        try (FramePool pool = bridge.newPool(format, WINDOW);
            FramePool results = bridge.newResultPool(format, WINDOW);
            BridgeSession session = bridge.openSession(model, format, WINDOW)) {
            awaitModel(session, pool, results);
            completed = 0;
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < durationNs) {
                while (session.inFlight() < WINDOW) {
                    submit(session, pool.acquire(), results.acquire(), parameters);
                }
                session.poll(handler, WINDOW);
            }
            final double frames = completed;
            final double seconds = (System.nanoTime() - startNs) / NANOS_PER_SECOND;
            await(session, session.inFlight());
            return new BridgeFigures.Speed(frames / seconds, session.deviceTimes());
        }
    }

    /** Some models take their time until they take the first frame. */
    private void awaitModel(final BridgeSession session, final FramePool pool, final FramePool results) {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = results.acquire();
        long ticket = BridgeSession.BACK_PRESSURED;
        while (ticket == BridgeSession.BACK_PRESSURED) {
            Thread.onSpinWait();
            ticket = session.submit(in, out, parameters);
        }
        in.release();
        out.release();
        if (ticket < 0) {
            throw new IllegalStateException(session + ": submit answered " + ticket + ' ' + session.failure());
        }
        await(session, 1);
    }

    /** Most sessions that had a frame each within the deadline, in every one of {@value #ROUNDS} rounds. */
    private int sessionsWithin(final long deadlineNs) {
        int good = 0;
        int bad = MAX_SESSIONS + 1;
        int candidate = 1;
        while (bad - good > 1) {
            if (isWithin(candidate, deadlineNs)) {
                good = candidate;
            } else {
                bad = candidate;
            }
            candidate = bad > MAX_SESSIONS && 2 * candidate <= MAX_SESSIONS ? 2 * candidate : (good + bad) / 2;
        }
        return good;
    }

    private boolean isWithin(final int count, final long deadlineNs) {
        final List<BridgeSession> sessions = new ArrayList<>();
        try (FramePool pool = bridge.newPool(format, count + 1)) {
            final FrameSlot source = pool.acquire();
            try {
                for (int i = 0; i < count; i++) {
                    sessions.add(bridge.openSession(model, format, 1));
                }
                long worstNs = 0;
                for (int round = 0; round <= ROUNDS && worstNs <= deadlineNs; round++) {
                    final long tookNs = round(sessions, pool, source);
                    worstNs = round == 0 ? 0 : Math.max(worstNs, tookNs); // The first one warms up.
                }
                return worstNs <= deadlineNs;
            } finally {
                source.release();
                CloseHelper.closeAll(sessions);
            }
        }
    }

    private long round(final List<BridgeSession> sessions, final FramePool pool, final FrameSlot source) {
        final long startNs = System.nanoTime();
        completed = 0;
        for (final BridgeSession session : sessions) {
            submit(session, source.retain(), pool.acquire(), parameters);
        }
        while (completed < sessions.size()) {
            for (final BridgeSession session : sessions) {
                session.poll(handler, 1);
            }
        }
        return System.nanoTime() - startNs;
    }

    /** Takes over both references. */
    private static void submit(
        final BridgeSession session, final FrameSlot in, final FrameSlot out, final ModelParameters values) {
        final long ticket = session.submit(in, out, values);
        in.release();
        out.release();
        if (ticket < 0) {
            throw new IllegalStateException(session + ": submit answered " + ticket);
        }
    }

    private void await(final BridgeSession session, final int frames) {
        int polled = 0;
        while (polled < frames) {
            final int now = session.poll(handler, frames - polled);
            polled += now;
            if (now == 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        bridge.close();
    }
}
