package dev.rill.it.peers;

import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Rill's clients as the tests want them. */
final class RillClients {
    private RillClients() {
    }

    /** Speaks the protocol {@code http1} or {@code http2}, believes any certificate, and soon accepts a restart. */
    static HttpTrickle connect(final URI base, final String protocol) {
        return HttpTrickle.connect(new HttpTrickleContext()
            .baseUri(base)
            .protocol(protocol)
            .insecureTls("https".equals(base.getScheme()))
            .restartAcceptNs(TimeUnit.SECONDS.toNanos(1)));
    }
}
