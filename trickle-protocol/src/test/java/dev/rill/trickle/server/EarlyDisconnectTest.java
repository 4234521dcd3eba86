package dev.rill.trickle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.conform.wire.RawConnection;
import dev.rill.testing.Await;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One script of requests, cut at every octet: by a pause it changes nothing, by an end it leaves nothing. */
class EarlyDisconnectTest {
    private static final long WITHIN_MS = 5_000;
    private static final int BYSTANDERS = 2;

    private TrickleServer server;
    private Bystander bystander;

    @BeforeEach
    void launch() throws IOException {
        server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true)
            .abortGraceNs(TimeUnit.MILLISECONDS.toNanos(20))
            .closeLingerNs(TimeUnit.MILLISECONDS.toNanos(1))
            .tombstoneNs(TimeUnit.MILLISECONDS.toNanos(1))
            .connectionLingerNs(TimeUnit.MILLISECONDS.toNanos(20)));
        bystander = new Bystander(server);
    }

    @AfterEach
    void assertNothingLeft() throws IOException {
        bystander.assertUndisturbed();
        bystander.close();
        server.close();
        assertThat(server.channels().counters()).containsEntry("blocks.inUse", 0L).containsEntry("bytes.pinned", 0L);
    }

    @Test
    void shouldAnswerTheSameWhereverTheScriptIsCutInTwo() throws Exception {
        final byte[] script = Script.http1();
        final String expected = answer(script, script.length, 0);
        assertThat(expected.split("HTTP/1.1 [24]", -1)).as("answers").hasSize(10);

        for (int cut = 1; cut < script.length; cut++) {
            assertThat(answer(script, cut, script.length - cut)).as("cut at " + cut).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldAnswerTheSameInSmallPieces(final int length) throws Exception {
        final byte[] script = Script.http1();

        assertThat(answer(script, length, length)).isEqualTo(answer(script, script.length, 0));
    }

    @ParameterizedTest
    @CsvSource({"nio, false", "nio, true", "auto, false", "auto, true"})
    void shouldLeaveNothingWhereverThePeerEnds(final String transport, final boolean reset) throws Exception {
        relaunch(transport);
        final byte[] script = Script.http1();
        for (int cut = 0; cut <= script.length; cut++) {
            try (RawConnection peer = new RawConnection(server.port(), 0)) {
                peer.send(Arrays.copyOf(script, cut));
                if (reset) {
                    peer.reset();
                }
            }
            if (cut % 50 == 0) {
                bystander.assertUndisturbed();
            }
        }
        assertGone(script.length + 1);
        server.channels().close("s");
        Await.until(() -> "counters " + server.channels().counters(), () -> blocksOfOthersThan(bystander) == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLeaveNothingWhereverAReaderEnds(final boolean reset) throws Exception {
        final byte[] request = "GET /live/-2 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        server.channels().create("live", "");
        try (RawConnection writer = new RawConnection(server.port(), 0)) {
            writer.request("POST", "/live/0", "Transfer-Encoding: chunked\r\n", new byte[0]);
            writer.chunk("begin");
            Await.until(() -> "pointer", () -> server.channels().nextSequence("live") == 1);
            for (int cut = 0; cut <= request.length; cut++) {
                try (RawConnection reader = new RawConnection(server.port(), 0)) {
                    reader.send(Arrays.copyOf(request, cut));
                    if (reset) {
                        reader.reset();
                    }
                }
                writer.chunk("more");
            }
            writer.chunk("end");
            writer.endBody();
            writer.awaitFinalHead(WITHIN_MS);
            assertThat(writer.status()).isEqualTo(200);
        }
        assertGone(request.length + 2);
    }

    private void relaunch(final String transport) throws IOException {
        bystander.close();
        server.close();
        server = TrickleServer.launch(new TrickleServerContext()
            .autocreate(true)
            .transport(transport)
            .abortGraceNs(TimeUnit.MILLISECONDS.toNanos(20))
            .closeLingerNs(TimeUnit.MILLISECONDS.toNanos(1))
            .tombstoneNs(TimeUnit.MILLISECONDS.toNanos(1))
            .connectionLingerNs(TimeUnit.MILLISECONDS.toNanos(20)));
        bystander = new Bystander(server);
    }

    private long blocksOfOthersThan(final Bystander one) {
        return server.channels().counters().get("blocks.inUse") - one.retained();
    }

    /** A peer that is gone may still wait to be accepted, and be heard then. */
    private void assertGone(final int peers) {
        Await.until(() -> peers + " peers, counters " + server.channels().counters(),
            () -> server.channels().counters().get("connections.accepted") == BYSTANDERS + peers
                && server.channels().counters().get("connections.open") == BYSTANDERS);
    }

    private String answer(final byte[] script, final int first, final int step) throws Exception {
        try (RawConnection peer = new RawConnection(server.port(), 0)) {
            peer.send(Arrays.copyOf(script, first));
            for (int at = first; at < script.length; at += step) {
                Thread.onSpinWait();
                peer.send(Arrays.copyOfRange(script, at, Math.min(at + step, script.length)));
            }
            return new String(peer.awaitEverything(WITHIN_MS), StandardCharsets.ISO_8859_1)
                .replaceAll("Lp-Trickle-Age: [0-9]+\r\n", "");
        }
    }
}
