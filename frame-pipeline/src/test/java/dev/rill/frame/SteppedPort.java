package dev.rill.frame;

import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.ModelParameters;
import java.util.ArrayDeque;
import org.agrona.concurrent.NanoClock;

/** A device that finishes frames only when a test says so. */
class SteppedPort implements InferencePort {
    /** Frames that may still be finished. */
    volatile int allowance;
    volatile int status = BridgeSession.OK;
    volatile long refusal;
    volatile int opened;
    NanoClock clock = System::nanoTime;
    long frameNs;

    private final ArrayDeque<Object[]> flying = new ArrayDeque<>();
    private long ticket;

    Opener opener() {
        return (bridge, model, format, window) -> {
            opened++;
            return this;
        };
    }

    @Override
    public long submit(final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
        if (refusal != 0) {
            return refusal;
        }
        flying.add(new Object[] {in.retain(), out.retain(), parameters.version()});
        return ticket++;
    }

    @Override
    public int poll(final CompletionHandler handler, final int limit) {
        int count = 0;
        while (count < limit && allowance > 0 && !flying.isEmpty()) {
            allowance--;
            count++;
            final Object[] entry = flying.poll();
            final long nowNs = clock.nanoTime();
            handler.onCompletion(ticket - flying.size() - 1, status, (FrameSlot) entry[0], (FrameSlot) entry[1],
                (Long) entry[2], nowNs - frameNs, nowNs);
        }
        return count;
    }

    @Override
    public void close() {
        while (!flying.isEmpty()) {
            final Object[] entry = flying.poll();
            ((FrameSlot) entry[0]).release();
            ((FrameSlot) entry[1]).release();
        }
    }
}
