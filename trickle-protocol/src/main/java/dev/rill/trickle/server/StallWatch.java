package dev.rill.trickle.server;

import dev.rill.trickle.channel.Counter;
import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;

/**
 * Disconnects a peer whose socket takes nothing of what waits for it for a whole time-out: what waits pins memory that
 * others need. Looks once per time-out, and only while something waits. Event loop only.
 */
final class StallWatch implements Runnable {
    private final HttpServer server;
    private final Channel socket;
    private boolean watching;
    private long waitingBytes;

    StallWatch(final HttpServer server, final Channel socket) {
        this.server = server;
        this.socket = socket;
    }

    /** The socket takes no more for now. */
    void onUnwritable() {
        if (!watching) {
            watching = true;
            lookLater();
        }
    }

    @Override
    public void run() {
        if (!socket.isActive() || socket.isWritable()) {
            watching = false;
        } else if (socket.bytesBeforeWritable() == waitingBytes) {
            server.counters().increment(Counter.READERS_STALLED);
            socket.close();
        } else {
            lookLater();
        }
    }

    private void lookLater() {
        waitingBytes = socket.bytesBeforeWritable();
        socket.eventLoop().schedule(this, server.readerStallTimeoutNs(), TimeUnit.NANOSECONDS);
    }
}
