package dev.rill.trickle.server;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Provisional responses to one request at an interval, up to a limit. Event loop only. */
final class Provisionals {
    private final ServerStream stream;
    private final int status;
    private final Runnable onLimit;
    private ScheduledFuture<?> timer;
    private int left;

    /**
     * @param limit   most responses; 0 for any number.
     * @param onLimit called when there will be no more because of the limit.
     */
    Provisionals(final ServerStream stream, final int status, final int limit, final Runnable onLimit) {
        this.stream = stream;
        this.status = status;
        this.left = limit == 0 ? Integer.MAX_VALUE : limit;
        this.onLimit = onLimit;
    }

    /** Sends the first after one interval. */
    void start(final long intervalNs) {
        if (left > 0) {
            timer = stream.loop().scheduleAtFixedRate(this::send, intervalNs, intervalNs, TimeUnit.NANOSECONDS);
        }
    }

    /** Sends one now. */
    void send() {
        stream.provisional(status);
        left--;
        if (left == 0) {
            stop();
            onLimit.run();
        }
    }

    /** Sends no more. Idempotent. */
    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
