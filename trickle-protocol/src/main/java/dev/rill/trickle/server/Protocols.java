package dev.rill.trickle.server;

import io.netty.channel.Channel;

/** Decides what a fresh connection speaks. */
public interface Protocols {
    /**
     * Sets up the pipeline of a connection.
     *
     * @param socket registered with its loop, empty pipeline.
     * @param server to serve.
     */
    void start(Channel socket, HttpServer server);
}
