package dev.rill.trickle.client;

import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that come about while their carriage is closed are closed with it. The moment that matters is short, so
 * closing is tried at many.
 */
@ExtendWith(LeakCheck.class)
class CloseWhileConnectingTest {
    private static final int ROUNDS = 250;
    private static final long STEP_NS = 16_000;

    @ParameterizedTest
    @EnumSource(names = {"TLS_HTTP_1", "TLS_HTTP_2"})
    void shouldGiveBackWhateverItHas(final Carriage carriage) {
        try (TrickleServer server = carriage.launch()) {
            server.channels().create("ch", "text/plain");
            for (int i = 0; i < ROUNDS; i++) {
                try (Trickle trickle = carriage.connect(server)) {
                    trickle.subscribe("ch", 0);
                    trickle.subscribe("ch", 0);
                    LockSupport.parkNanos(i * STEP_NS);
                }
            }
        }
    }
}
