package dev.rill.trickle.client;

class HttpSubscriberOverHttp2Test extends HttpSubscriberTest {
    @Override
    ScriptedServer newServer() {
        return new ScriptedHttp2();
    }
}
