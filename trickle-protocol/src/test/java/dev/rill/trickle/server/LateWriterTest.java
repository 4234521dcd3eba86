package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A preconnected POST that is overtaken by the request which closes its channel, on a server that creates channels. */
class LateWriterTest {
    private static final byte[] NO_BODY = {};
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final long WITHIN_MS = 5_000;

    private final AtomicLong nowNs = new AtomicLong();
    private TrickleServer server;

    @BeforeEach
    void publishAndClose() throws Exception {
        server = TrickleServer.launch(new TrickleServerContext().autocreate(true).nanoClock(nowNs::get));
        try (RawConnection owner = new RawConnection(server.port(), 0)) {
            for (int sequence = 0; sequence < 5; sequence++) {
                owner.request("POST", "/ch/" + sequence, "Content-Length: 1\r\n", new byte[] {1});
                owner.awaitFinalHead(WITHIN_MS);
                owner.awaitBody(WITHIN_MS);
            }
            owner.request("DELETE", "/ch", "", NO_BODY);
            owner.awaitFinalHead(WITHIN_MS);
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6})
    void shouldAnswerThatTheChannelIsClosedAndLeaveReadersNothingToWaitFor(final int sequence) throws Exception {
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
        try (RawConnection writer = new RawConnection(server.port(), 0);
            RawConnection reader = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/" + sequence, CHUNKED, NO_BODY);
            writer.awaitFinalHead(WITHIN_MS);
            assertThat(writer.status()).isEqualTo(200);
            assertThat(writer.header("Lp-Trickle-Closed")).isEqualTo("terminated");
            writer.assertClosed(WITHIN_MS);

            reader.request("GET", "/ch/" + sequence, "", NO_BODY);
            reader.awaitFinalHead(WITHIN_MS);
            assertThat(reader.status()).isEqualTo(404);
            assertThat(reader.header("Lp-Trickle-Closed")).isEqualTo("terminated");
            assertThat(server.channels().names()).isEmpty();
            assertThat(server.channels().counters()).containsEntry("writes.late", 1L)
                .containsEntry("channels.created", 1L);
        }
    }

    /** Who numbers from 0, goes on elsewhere, says that it begins, or comes later means a new channel. */
    @ParameterizedTest
    @CsvSource({"0, '', 0", "4, '', 0", "7, '', 0", "5, 'Lp-Trickle-Reset: 1', 0", "5, '', 1000"})
    void shouldCreateTheChannelAnewForANewWriter(final int sequence, final String header, final long afterMs)
        throws Exception {
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(afterMs));
        final String headers = CHUNKED + (header.isEmpty() ? "" : header + "\r\n");
        try (RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/ch/" + sequence, headers, NO_BODY);
            writer.assertNothing(100);
            assertThat(server.channels().names()).containsExactly("ch");
            assertThat(server.channels().counters()).containsEntry("writes.late", 0L);
        }
    }

    @Test
    void shouldStillSayThatTheChannelIsUnknownWhereChannelsAreNotCreated() throws Exception {
        try (TrickleServer strict = TrickleServer.launch(new TrickleServerContext());
            RawConnection writer = new RawConnection(strict.port(), 0)) {
            strict.channels().create("ch", "text/plain");
            strict.channels().close("ch");
            writer.request("POST", "/ch/1", CHUNKED, NO_BODY);
            writer.awaitFinalHead(WITHIN_MS);
            assertThat(writer.status()).isEqualTo(404);
            assertThat(writer.header("Lp-Trickle-Closed")).isNull();
        }
    }
}
