package dev.rill.trickle.server;

import dev.rill.trickle.channel.Counter;
import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Disconnects a peer whose socket takes nothing of what waits for it for a whole time-out: what waits pins memory that
 * others need. Looks once per time-out, and only while something waits. Event loop only.
 */
final class StallWatch implements Runnable {
    private final HttpServer server;
    private final Channel socket;
    private final Runnable onStalled;
    private ScheduledFuture<?> timer;
    private long handedBytes;
    private long takenBytes;

    StallWatch(final HttpServer server, final Channel socket, final Runnable onStalled) {
        this.server = server;
        this.socket = socket;
        this.onStalled = onStalled;
    }

    /** So many bytes were written to the socket, which has taken them or lets them wait. */
    void onHanded(final int bytes) {
        handedBytes += bytes;
    }

    /** Looks whether something waits that nothing else will push on. */
    void watch() {
        if (timer == null && waitingBytes() > 0) {
            lookLater();
        }
    }

    /** The socket is gone. */
    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void run() {
        timer = null;
        if (!socket.isActive() || waitingBytes() == 0) {
            return;
        }
        if (handedBytes - waitingBytes() == takenBytes) {
            server.counters().increment(Counter.READERS_STALLED);
            onStalled.run();
        } else {
            lookLater();
        }
    }

    private void lookLater() {
        takenBytes = handedBytes - waitingBytes();
        timer = socket.eventLoop().schedule(this, server.readerStallTimeoutNs(), TimeUnit.NANOSECONDS);
    }

    private long waitingBytes() {
        final WriteBufferWaterMark marks = socket.config().getWriteBufferWaterMark();
        return socket.isWritable()
            ? marks.high() + 1 - socket.bytesBeforeUnwritable() : socket.bytesBeforeWritable() + marks.low() - 1;
    }
}
