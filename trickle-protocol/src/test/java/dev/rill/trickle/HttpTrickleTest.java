package dev.rill.trickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class HttpTrickleTest {
    @Test
    void shouldLeaveNoThreadWhenClosed() {
        final ThreadGroup group = Thread.currentThread().getThreadGroup();
        final Thread[] made = new Thread[1];
        final HttpTrickle trickle = HttpTrickle.connect(new HttpTrickleContext().baseUri("http://127.0.0.1:1/")
            .threadFactory(task -> made[0] = new Thread(group, task, "host-thread")));
        trickle.subscribe("ch", Trickle.NEXT);

        trickle.close();
        trickle.close();

        assertThat(made[0]).isNotNull();
        assertThat(made[0].isAlive()).as("connection thread outlives close").isFalse();
        assertThatThrownBy(() -> trickle.subscribe("ch", 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> trickle.awaitNext("ch")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldNameRequestAndPeerWhenAdministrationFails() throws IOException {
        final int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        try (HttpTrickle trickle = HttpTrickle.connect(
            new HttpTrickleContext().baseUri("http://127.0.0.1:" + port + "/base/"))) {
            assertThatThrownBy(() -> trickle.awaitCreate("a b", "text/plain")).isInstanceOf(TrickleException.class)
                .hasMessageContaining("POST /base/a%20b on 127.0.0.1:" + port);
        }
    }

    @Test
    void shouldRefuseUnknownHost() {
        assertThatThrownBy(() -> HttpTrickle.connect(
            new HttpTrickleContext().baseUri("http://no-such-host.invalid/"))).isInstanceOf(TrickleException.class)
            .hasMessageContaining("no-such-host.invalid");
    }
}
