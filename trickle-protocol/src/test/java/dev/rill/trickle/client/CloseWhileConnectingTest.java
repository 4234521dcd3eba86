package dev.rill.trickle.client;

import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that come about while their carriage is closed are closed with it; one in about 1000 was not. */
@ExtendWith(LeakCheck.class)
class CloseWhileConnectingTest {
    private static final int ROUNDS = 250;

    @ParameterizedTest
    @EnumSource(names = {"TLS_HTTP_1", "TLS_HTTP_2"})
    void shouldGiveBackWhateverItHas(final Carriage carriage) {
        try (TrickleServer server = carriage.launch()) {
            server.channels().create("ch", "text/plain");
            for (int i = 0; i < ROUNDS; i++) {
                try (Trickle trickle = carriage.connect(server)) {
                    trickle.subscribe("ch", 0);
                    trickle.subscribe("ch", 0);
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(4_000_000));
                }
            }
        }
    }
}
