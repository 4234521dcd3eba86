package dev.rill.trickle.client;

import dev.rill.conform.client.ScriptedServer;

class HttpPublisherOverHttp2Test extends HttpPublisherTest {
    @Override
    ScriptedServer newServer() {
        return new ScriptedHttp2();
    }
}
