package dev.rill.trickle.client;

class HttpPublisherOverHttp2Test extends HttpPublisherTest {
    @Override
    ScriptedServer newServer() {
        return new ScriptedHttp2();
    }
}
