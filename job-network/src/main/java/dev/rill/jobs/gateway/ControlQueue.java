package dev.rill.jobs.gateway;

import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.DocumentWriter;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Control documents on their way to the engine, with keepalives in between. Any thread offers, one sends. A document
 * stays in front until the channel has taken it, so order is kept and none is lost while the channel lives.
 */
final class ControlQueue {
    static final int CAPACITY = 256;

    private final Queue<byte[]> documents = new ArrayBlockingQueue<>(CAPACITY);
    private long nextKeepAliveNs;

    ControlQueue(final long nowNs) {
        nextKeepAliveNs = nowNs + ControlDocument.KEEP_ALIVE_INTERVAL_NS;
    }

    /** False when {@value #CAPACITY} documents wait already. */
    boolean offer(final byte[] document) {
        return documents.offer(document);
    }

    /** Sends what is due; returns the number of documents sent. */
    int send(final DocumentWriter control, final long nowNs) {
        final byte[] next = documents.peek();
        if (next != null) {
            if (!control.write(next)) {
                return 0;
            }
            documents.remove();
            return 1;
        }
        if (nowNs - nextKeepAliveNs >= 0) {
            nextKeepAliveNs = nowNs + ControlDocument.KEEP_ALIVE_INTERVAL_NS;
            control.write(ControlDocument.keepAlive());
        }
        return 0;
    }
}
