package dev.rill.trickle;

/** Serves a route that is not trickle's. */
@FunctionalInterface
public interface RequestHandler {
    /**
     * Called on an event loop with the complete request: must not block. The answer may be given after this method has
     * returned, from any thread. An exception thrown here is answered 500.
     *
     * @param request   what was asked.
     * @param responder takes the answer.
     */
    void handle(Request request, Responder responder);
}
