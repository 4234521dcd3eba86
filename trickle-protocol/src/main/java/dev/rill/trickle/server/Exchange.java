package dev.rill.trickle.server;

import io.netty.buffer.ByteBuf;

/** One request and its response, on its connection's event loop. */
abstract class Exchange {
    /** Reads and forgets a body; for requests that are answered without it. */
    static final Exchange DISCARD = new Exchange() {
    };

    /** Index in the list of its {@link LoopReaders}, which alone changes it; negative when it is in none. */
    int place = -1;

    /** Whether parts of the body may be handed over now; until then they wait in the connection. */
    boolean wantsContent() {
        return true;
    }

    /** A part of the body, not empty; one reference passes to this method. */
    void onContent(final ByteBuf payload) {
        payload.release();
    }

    /** The body is complete. */
    void onRequestEnd() {
    }

    /** The channel has news, or the socket takes more. Spurious calls happen. */
    void poll() {
    }

    /** Could not go on; ends the connection. */
    void fail(final Throwable cause) {
    }

    /** The connection is gone; releases everything. Called at most once, also after a finished response. */
    void onInactive() {
    }
}
