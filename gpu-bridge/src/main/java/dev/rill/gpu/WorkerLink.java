package dev.rill.gpu;

import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.RillNative;
import java.nio.file.Path;

/** The socket to one process; any thread. */
final class WorkerLink implements AutoCloseable {
    private static final long STEP_NS = 20_000_000;

    private final long handle;

    WorkerLink(final Path socket) {
        handle = NativeCalls.listen(socket.toString());
        if (handle < 0 && handle >= Code.BAD_PARAMETER) {
            throw new BridgeException((int) handle, "worker: " + NativeCalls.lastError());
        }
    }

    /** Waits a moment for the process; its id, 0 if that is unknown here, or a negative code. */
    int awaitProcess() {
        return RillNative.rill_link_await(handle, STEP_NS);
    }

    /** Waits a moment for messages; their number, or {@link BridgeSession#CLOSED} once nobody holds the other end. */
    int awaitMessages() {
        return RillNative.rill_link_wait(handle, STEP_NS);
    }

    /** Waits until nobody holds the other end; false if somebody still does at the deadline. */
    boolean awaitEnd(final long deadlineNs) {
        while (System.nanoTime() - deadlineNs < 0) {
            if (awaitMessages() < 0) {
                return true;
            }
        }
        return false;
    }

    /** Hands memory over under a tag; a code. */
    int share(final long object, final int tag) {
        return RillNative.rill_link_share(handle, object, tag);
    }

    /** Wakes the process; a code. */
    int post(final long value) {
        return RillNative.rill_link_post(handle, value);
    }

    @Override
    public void close() {
        RillNative.rill_link_close(handle);
    }
}
