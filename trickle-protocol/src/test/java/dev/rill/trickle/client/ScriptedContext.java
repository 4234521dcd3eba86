package dev.rill.trickle.client;

import dev.rill.conform.client.ScriptedServer;
import dev.rill.trickle.HttpTrickleContext;

/** Options of clients of a {@link ScriptedServer}, with the protocol that it speaks. */
final class ScriptedContext {
    private ScriptedContext() {
    }

    static HttpTrickleContext of(final ScriptedServer server) {
        return new HttpTrickleContext().baseUri(server.baseUri())
            .protocol(server instanceof ScriptedHttp2 ? "http2" : "http1");
    }
}
