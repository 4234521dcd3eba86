package dev.rill.trickle.client;

import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.concurrent.TimeUnit;

/** Every way to reach the channels of a server. */
enum Carriage {
    IN_PROCESS {
        @Override
        Trickle connect(final TrickleServer server) {
            return server.local();
        }
    },
    HTTP_1, HTTP_2, TLS_HTTP_1, TLS_HTTP_2, TLS_OF_THE_JDK;

    TrickleServer launch() {
        final TrickleServerContext context = new TrickleServerContext().basePath("/ai/trickle/");
        if (isSecure()) {
            context.tlsCertificate(Identity.ofLocalhost().certificate()).tlsKey(Identity.ofLocalhost().key());
        }
        return TrickleServer.launch(context);
    }

    Trickle connect(final TrickleServer server) {
        return HttpTrickle.connect(context(server));
    }

    /** Options of a client that gets at the server this way. */
    HttpTrickleContext context(final TrickleServer server) {
        final HttpTrickleContext context = new HttpTrickleContext()
            .baseUri((isSecure() ? "https" : "http") + "://localhost:" + server.port() + "/ai/trickle/")
            .protocol(this == HTTP_1 || this == TLS_HTTP_1 ? "http1" : this == HTTP_2 ? "http2" : "auto")
            .closeTimeoutNs(TimeUnit.SECONDS.toNanos(2));
        return isSecure() ? context.tlsProvider(this == TLS_OF_THE_JDK ? "jdk" : "openssl")
            .trustCertificates(Identity.ofLocalhost().certificate()) : context;
    }

    private boolean isSecure() {
        return ordinal() >= TLS_HTTP_1.ordinal();
    }
}
