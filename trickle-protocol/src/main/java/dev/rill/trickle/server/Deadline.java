package dev.rill.trickle.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Runs something unless what has begun ends in time. May begin and end any number of times: a timer that is under way
 * is left to it and looks again when it fires, so that neither costs a timer each. Event loop only.
 */
public final class Deadline implements Runnable {
    private final EventLoop loop;
    private final NanoClock clock;
    private final long timeoutNs;
    private final Runnable onExpired;
    private ScheduledFuture<?> timer;
    private boolean running;
    private long deadlineNs;

    Deadline(final EventLoop loop, final NanoClock clock, final long timeoutNs, final Runnable onExpired) {
        this.loop = loop;
        this.clock = clock;
        this.timeoutNs = timeoutNs;
        this.onExpired = onExpired;
    }

    /** Time begins to run; no effect while it runs. */
    public void begin() {
        if (!running) {
            running = true;
            deadlineNs = clock.nanoTime() + timeoutNs;
            if (timer == null) {
                schedule(timeoutNs);
            }
        }
    }

    /** In time. */
    public void end() {
        running = false;
    }

    /** Ends, and gives back the timer; no effect afterwards unless it begins again. */
    public void cancel() {
        running = false;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void run() {
        timer = null;
        if (!running) {
            return;
        }
        final long leftNs = deadlineNs - clock.nanoTime();
        if (leftNs > 0) {
            schedule(leftNs);
        } else {
            running = false;
            onExpired.run();
        }
    }

    private void schedule(final long delayNs) {
        timer = loop.schedule(this, delayNs, TimeUnit.NANOSECONDS);
    }
}
