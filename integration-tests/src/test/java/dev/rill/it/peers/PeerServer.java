package dev.rill.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A trickle server of some implementation that creates channels when they are published to. */
abstract class PeerServer implements AutoCloseable {
    /** Base of its channels. */
    abstract URI base();

    abstract void create(String channel);

    @Override
    public abstract void close();

    final String url(final String channel) {
        return base() + channel;
    }

    /** Closes a channel from outside; one that is gone already is as good. */
    final void delete(final String channel) {
        request("DELETE", url(channel));
    }

    /** Waits until the next new segment of a channel is expected to have this number. */
    final void awaitNext(final String channel, final long number) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PeerProcess.DEADLINE_MS);
        for (long next = next(channel); next != number; next = next(channel)) {
            assertThat(System.nanoTime() - deadlineNs).as("channel %s: next is %d, not %d", channel, next, number)
                .isNegative();
            Thread.sleep(5);
        }
    }

    private long next(final String channel) {
        try (InputStream body = URI.create(url(channel) + "/next").toURL().openStream()) {
            return Long.parseLong(new String(body.readAllBytes(), StandardCharsets.US_ASCII));
        } catch (final IOException e) {
            throw new UncheckedIOException("next of " + url(channel), e);
        }
    }

    /** The status of a request without a body. */
    static int request(final String method, final String url) {
        try {
            final HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setRequestProperty("Connection", "close");
            return connection.getResponseCode();
        } catch (final IOException e) {
            throw new UncheckedIOException(method + " " + url, e);
        }
    }

    /** Rill's server in this process. */
    static PeerServer rill() {
        return rill(new TrickleServerContext().autocreate(true));
    }

    /** Rill's server in this process, with options. */
    static PeerServer rill(final TrickleServerContext context) {
        final TrickleServer server = TrickleServer.launch(context);
        return new PeerServer() {
            @Override
            URI base() {
                return server.baseUri();
            }

            @Override
            void create(final String channel) {
                server.channels().create(channel, "video/mp2t");
            }

            @Override
            public void close() {
                server.close();
            }

            @Override
            public String toString() {
                return "Rill";
            }
        };
    }

    /** A server behind the command line of {@code peers/go}. */
    static PeerServer process(final String binary) {
        final PeerProcess process = PeerProcess.start(List.of(binary, "serve"));
        process.send("{\"basePath\":\"/\",\"autocreate\":true}");
        final URI base = URI.create("http://127.0.0.1:" + process.line().split(" ")[1] + "/");
        return new PeerServer() {
            @Override
            URI base() {
                return base;
            }

            @Override
            void create(final String channel) {
                request("POST", url(channel));
            }

            @Override
            public void close() {
                process.close();
            }

            @Override
            public String toString() {
                return binary;
            }
        };
    }
}
