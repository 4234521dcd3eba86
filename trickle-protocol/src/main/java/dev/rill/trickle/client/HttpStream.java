package dev.rill.trickle.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;

/**
 * Where one {@link Exchange} travels: an HTTP/1.1 connection for as long as the exchange lasts, or a stream of an
 * HTTP/2 connection. Event loop only.
 */
interface HttpStream {
    /**
     * Writes the request's head without flushing.
     *
     * @param last whether the request has no body and ends here.
     * @return succeeds when the head was taken by the socket.
     */
    ChannelFuture head(RequestHead head, boolean last);

    /**
     * Writes a piece of the request's body without flushing.
     *
     * @param chunk as made by {@link Wire#chunk}; transferred.
     * @return done when the piece was taken by the socket, or will not be.
     */
    ChannelFuture body(ByteBuf chunk);

    /** Writes the end of the request's body without flushing. */
    void end();

    void flush();

    /**
     * Sets whether more of the response is fetched; true if that is a change. A little more may come after a stop: what
     * is in the decoder, or in the window of an HTTP/2 stream.
     */
    boolean reading(boolean on);

    /** Ends the exchange, which hears nothing more. Any state, idempotent. */
    void cancel();

    /** As {@link #cancel}, because the peer seems dead: what carried this exchange will carry no new one. */
    void cancelDead();
}
