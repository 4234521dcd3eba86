package dev.rill.trickle.client;

import dev.rill.conform.client.ScriptedServer;

class HttpSubscriberOverHttp2Test extends HttpSubscriberTest {
    @Override
    ScriptedServer newServer() {
        return new ScriptedHttp2();
    }
}
