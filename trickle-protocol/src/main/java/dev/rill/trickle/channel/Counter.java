package dev.rill.trickle.channel;

/** Everything that an engine counts; the label is stable and is the name under which hosts read it. */
public enum Counter {
    /** Channels that came into being. */
    CHANNELS_CREATED("channels.created"),
    /** Channels closed by their owner. */
    CHANNELS_CLOSED("channels.closed"),
    /** Channels closed because they were idle. */
    CHANNELS_SWEPT("channels.swept"),
    /** Creations refused because the limit of channels is reached. */
    CHANNELS_REFUSED("channels.refused.limit"),
    /** Creations refused because the server stops. */
    CHANNELS_REFUSED_CLOSED("channels.refused.closed"),
    /** Creations refused because the name is too long. */
    NAMES_REFUSED("channels.refused.name"),
    /** Creations that asked for more remembered segments than the limit, and got the limit. */
    RETENTIONS_CAPPED("channels.retained.capped"),
    /** Restarts of a channel by a write below its window. */
    CHANNELS_RESTARTED("channels.restarted"),
    /** Segments that got their first byte. */
    SEGMENTS_BEGUN("segments.begun"),
    /** Segments ended by their writer. */
    SEGMENTS_COMPLETED("segments.completed"),
    /** Segments closed without their end: by a drop or a reset. */
    SEGMENTS_DROPPED("segments.aborted.dropped"),
    /** Segments closed without their end: evicted while open. */
    SEGMENTS_EVICTED_OPEN("segments.aborted.evicted"),
    /** Segments closed without their end: their channel closed or restarted. */
    SEGMENTS_CLOSED_OPEN("segments.aborted.closed"),
    /** Segments closed without their end: writer lost and not replaced in time. */
    SEGMENTS_ORPHANED("segments.aborted.orphaned"),
    /** Segments closed without their end: given up by their writer. */
    SEGMENTS_GIVEN_UP("segments.aborted.writer"),
    /** Segments closed without their end: longer than the limit. */
    SEGMENTS_TOO_LONG("segments.aborted.length"),
    /** Segments closed without their end: the pool of the engine was full. */
    SEGMENTS_OUT_OF_MEMORY("segments.aborted.pool"),
    /** Segments closed without a byte: the publisher jumped over their number. */
    SEGMENTS_SKIPPED("segments.aborted.skipped"),
    /** Segments that left the retention window: its number, bytes or age. */
    SEGMENTS_EVICTED("segments.evicted"),
    /** Segments that left the retention window early: the pool of the engine was nearly full. */
    SEGMENTS_EVICTED_POOL("segments.evicted.pool"),
    /** Segments of lossless channels that left the window before a reader that they were kept for had read them. */
    SEGMENTS_EVICTED_UNREAD("segments.evicted.unread"),
    /** Preconnects for numbers below the window that were released to make room for another. */
    ASIDES_RELEASED("segments.aside.released"),
    /** Writes of numbers below the window that were not stored, because they do not restart the channel. */
    SEGMENTS_REFUSED("segments.refused.belowWindow"),
    /** Payload bytes stored. */
    BYTES_IN("bytes.in"),
    /** Payload bytes handed to readers, each reader counted. */
    BYTES_OUT("bytes.out"),
    /** Payload bytes read and not stored: segment closed, too long, owned by another writer, or the pool full. */
    BYTES_DISCARDED("bytes.discarded"),
    /** Copy ledger: payload bytes copied because their receive buffer would have pinned too much memory. */
    BYTES_COMPACTED("bytes.copied.compaction"),
    /** Copy ledger: payload bytes copied from an in-process publisher's buffer into a block. */
    BYTES_COPIED_LOCAL("bytes.copied.local"),
    /** Blocks alive now. */
    BLOCKS_IN_USE("blocks.inUse"),
    /** Bytes of memory pinned by live blocks now. */
    BYTES_PINNED("bytes.pinned"),
    /** Reads refused because the limit of readers of the channel is reached. */
    READERS_REFUSED("readers.refused.limit"),
    /** Peers disconnected because they took nothing for too long. */
    READERS_STALLED("readers.disconnected.stalled"),
    /** Readers of lossless channels that were given up because they held the writer back for too long. */
    READERS_LEFT_BEHIND("readers.leftBehind"),
    /** Times that the writers of a lossless channel began to be held back. */
    WRITERS_PUSHED_BACK("writers.pushedBack"),
    /** POSTs of a preconnected number that came when their channel had just been closed, and did not create it anew. */
    WRITES_LATE("writes.late"),
    /** Offers of in-process publishers refused for now: a lossless channel or the pool had no room. */
    OFFERS_PUSHED_BACK("offers.pushedBack"),
    /** Reads answered 470 or its in-process counterpart. */
    READS_OUT_OF_WINDOW("reads.outOfWindow"),
    /** Wake-ups scheduled. */
    WAKEUPS_SENT("wakeups.sent"),
    /** Wake-ups saved because one was pending. */
    WAKEUPS_COALESCED("wakeups.coalesced"),
    /** Deliveries: writes of payload to one reader's socket, each one flush. */
    DELIVERIES("deliveries"),
    /** Requests refused because their head is too long. */
    HEADS_REFUSED("requests.refused.header"),
    /** Requests refused because their body is too long for a route. */
    BODIES_REFUSED("requests.refused.body"),
    /** Requests refused because they are not HTTP/1.x. */
    REQUESTS_MALFORMED("requests.refused.malformed"),
    /** Operations refused by the authorizer because the peer has not said who it is: status 401. */
    REQUESTS_UNAUTHENTICATED("requests.refused.unauthenticated"),
    /** Operations refused by the authorizer for any other reason. */
    REQUESTS_FORBIDDEN("requests.refused.forbidden"),
    /** Operations refused because the authorizer failed: status 500. */
    AUTHORIZATIONS_FAILED("requests.failed.authorization"),
    /** Attempts to write, drop or close the changefeed. */
    REQUESTS_RESERVED("requests.refused.reserved"),
    /** Publications that get no more provisional responses because the limit of them is reached. */
    PROVISIONALS_CAPPED("provisionals.capped"),
    /** Streams of HTTP/2 refused because their connection has as many as it may have. */
    STREAMS_REFUSED("streams.refused.limit"),
    /** Connections refused because the limit of connections is reached. */
    CONNECTIONS_REFUSED("connections.refused.limit"),
    /** Times that reading from a connection was stopped because too much of it waits to be served. */
    CONNECTIONS_PAUSED("connections.paused"),
    /** Connections closed because a head, a handshake or a preface that had begun was not complete in time. */
    HEADS_TIMED_OUT("connections.closed.headTimeout"),
    /** Connections closed because no further request came in time. */
    CONNECTIONS_IDLE("connections.closed.idle"),
    /** Connections open now. */
    CONNECTIONS_OPEN("connections.open"),
    /** Connections accepted. */
    CONNECTIONS_ACCEPTED("connections.accepted"),
    /** Connections that ended before their TLS handshake did. */
    HANDSHAKES_FAILED("connections.failed.tls");

    private final String label;

    Counter(final String label) {
        this.label = label;
    }

    /** Name under which hosts read this counter. */
    public String label() {
        return label;
    }
}
