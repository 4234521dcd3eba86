package dev.rill.trickle;

/**
 * Decides on every operation that a peer asks for over HTTP, whatever carries it, before the channel is looked up:
 * who is refused does not learn whether the channel exists. Wire specification, section 1.3 and I-19.
 * <p>
 * Access from within the process ({@link TrickleServer#local()}, {@link Channels}) is not asked about, nor are the
 * host's own {@linkplain TrickleServerContext#route routes}.
 */
@FunctionalInterface
public interface Authorizer {
    /** Allows everything. */
    Authorizer ALLOW_ALL = (operation, channel, head) -> Decision.allow();

    /**
     * Called on an event loop, once for each operation and from several loops at a time: must not block.
     * <p>
     * A refused publication is answered before its body is read. An exception is answered 500 with its message.
     *
     * @param operation what is asked for.
     * @param channel   decoded name; the channel need not exist.
     * @param head      head of the request; its body is always empty here.
     * @return the decision, not null.
     */
    Decision authorize(Operation operation, String channel, Request head);
}
