package dev.rill.trickle;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** In-process administration of the channels of one server. Any thread. */
public interface Channels {
    /**
     * Creates a channel, also where creation over HTTP is switched off.
     *
     * @param name        not percent-encoded, not empty.
     * @param contentType what readers are told; empty lets the first publisher decide.
     * @return false if a channel of this name exists, which keeps its content type.
     * @throws TrickleException if the limit of channels is reached or the server is closed.
     */
    boolean create(String name, String contentType);

    /**
     * Creates a channel that differs from the rest of its server.
     *
     * @param name        not percent-encoded, not empty.
     * @param contentType what readers are told; empty lets the first publisher decide.
     * @param options     what is different.
     * @return false if a channel of this name exists, which keeps its content type and its options.
     * @throws TrickleException if the limit of channels is reached or the server is closed.
     */
    boolean create(String name, String contentType, ChannelOptions options);

    /**
     * Closes and forgets a channel as {@code DELETE} does: every parked party is released with the closed marker.
     *
     * @param name name of the channel.
     * @return false if there is no such channel.
     */
    boolean close(String name);

    /** Names of the open channels, in no order. */
    List<String> names();

    /**
     * The number that the next new segment is expected to have.
     *
     * @param name name of the channel.
     * @return the pointer, or -1 if there is no such channel.
     */
    long nextSequence(String name);

    /**
     * What an open channel has measured.
     *
     * @param name name of the channel.
     * @return a snapshot; empty if there is no such channel.
     */
    Optional<ChannelStats> stats(String name);

    /** Every counter of the server by its stable name; a snapshot, not atomic across counters. */
    Map<String, Long> counters();
}
