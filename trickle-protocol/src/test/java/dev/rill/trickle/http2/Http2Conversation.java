package dev.rill.trickle.http2;

import dev.rill.conform.Mismatch;
import dev.rill.conform.wire.Connection;
import dev.rill.conform.wire.Outgoing;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** One {@code conn} of a scenario: requests one after the other, each on its own stream. */
final class Http2Conversation implements Connection {
    private static final Set<String> NOT_CARRIED = Set.of("connection", "transfer-encoding");

    private final Http2Peer peer;
    private final boolean lazy;
    private final ArrayDeque<Http2Exchange> waiting = new ArrayDeque<>();
    private Http2Exchange sending;
    private Http2Exchange reading;
    private int interim;

    /**
     * @param lazy whether a response is read only when it is looked at.
     */
    Http2Conversation(final Http2Peer peer, final boolean lazy) {
        this.peer = peer;
        this.lazy = lazy;
    }

    @Override
    public void request(final Outgoing request) {
        final List<String> fields = new ArrayList<>();
        request.headers().forEach((name, value) -> {
            if (carries(name)) {
                fields.add(name.toLowerCase(Locale.ROOT));
                fields.add(value);
            }
        });
        final boolean whole = request.body() == null && !request.open();
        sending = peer.request(request.method(), request.path(), whole, fields.toArray(String[]::new));
        sending.reading(!lazy);
        if (request.body() != null) {
            sending.send(request.body(), true);
        }
        waiting.add(sending);
    }

    @Override
    public void chunk(final byte[] data) {
        sending.send(data, false);
    }

    @Override
    public void endBody() {
        sending.send(new byte[0], true);
    }

    @Override
    public void reset() {
        if (sending != null) {
            sending.reset();
        }
    }

    @Override
    public void awaitFinalHead(final long withinMs) throws IOException {
        if (reading != null) {
            run(() -> reading.awaitBody(withinMs));
        }
        reading = waiting.poll();
        reading.reading(true);
        interim = 0;
        run(() -> reading.awaitStatus(withinMs));
    }

    @Override
    public void awaitInterim(final long withinMs) throws IOException {
        interim = run(() -> waiting.peek().awaitInterim(withinMs));
    }

    @Override
    public int status() {
        return interim > 0 ? interim : reading.status();
    }

    @Override
    public String header(final String name) {
        return reading.field(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean carries(final String headerName) {
        return !NOT_CARRIED.contains(headerName.toLowerCase(Locale.ROOT));
    }

    @Override
    public byte[] awaitBody(final long withinMs) throws IOException {
        return run(() -> reading.awaitBody(withinMs));
    }

    @Override
    public byte[] awaitBodyBytes(final int length, final long withinMs) throws IOException {
        return run(() -> reading.awaitBytes(length, withinMs));
    }

    @Override
    public byte[] awaitFirstChunk(final long withinMs) throws IOException {
        return run(() -> reading.awaitFrame(withinMs));
    }

    @Override
    public void assertNothing(final long forMs) throws IOException {
        final Http2Exchange next = waiting.isEmpty() ? reading : waiting.peek();
        run(() -> {
            next.assertNothing(forMs);
            return null;
        });
    }

    @Override
    public void assertClosed(final long withinMs) throws IOException {
        run(() -> {
            reading.awaitClosed(withinMs);
            return null;
        });
    }

    @Override
    public String received() {
        return reading == null ? "" : String.valueOf(reading.head());
    }

    @Override
    public void close() {
        reset();
    }

    /** Looks at a stream and turns what is missed there into the kit's own kind of failure. */
    private static <T> T run(final Look<T> look) throws IOException {
        try {
            return look.look();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (final Mismatch e) {
            throw e;
        } catch (final AssertionError e) {
            throw new Mismatch("stream", "as the step says", e.getMessage());
        }
    }

    private interface Look<T> {
        T look() throws InterruptedException;
    }
}
