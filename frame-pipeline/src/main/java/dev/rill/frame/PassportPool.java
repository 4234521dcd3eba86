package dev.rill.frame;

import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/** Recycles passports. Any thread. */
final class PassportPool {
    private static final int RETAINED = 128;

    private final MpmcVarHandleArrayQueue<FramePassport> idle = new MpmcVarHandleArrayQueue<>(RETAINED);
    private final AtomicInteger outstanding = new AtomicInteger();

    FramePassport acquire(final Era era) {
        outstanding.incrementAndGet();
        final FramePassport recycled = idle.poll();
        final FramePassport passport = recycled == null ? new FramePassport() : recycled;
        passport.era = era;
        era.enter();
        return passport;
    }

    /** Takes back a passport together with the packet and slot that it still holds. */
    void recycle(final FramePassport passport) {
        if (passport.packet != null) {
            passport.packet.release();
            passport.packet = null;
        }
        if (passport.slot != null) {
            passport.slot.release();
            passport.slot = null;
        }
        passport.era.leave();
        passport.era = null;
        outstanding.decrementAndGet();
        idle.offer(passport);
    }

    int outstanding() {
        return outstanding.get();
    }
}
