package dev.rill.it;

import static dev.rill.it.Cli.rill;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleServerContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code rill channels} against a server whose changefeed is written by the test. */
@Timeout(60)
class ChannelsCommandTest {
    private final TrickleServer server =
        TrickleServer.launch(new TrickleServerContext().autocreate(true).retainedSegments(4));
    private final Trickle local = server.local();

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void shouldListTheChannelsSorted() {
        final TricklePublisher feed = feed();
        event(feed, "{\"added\":[\"_changes\"]}");
        event(feed, "{\"added\":[\"movie\",\"audio\"]}");
        event(feed, "{\"removed\":[\"audio\"]}");

        final Cli list = rill("channels", server.baseUri().toString());
        final Cli json = rill("channels", server.baseUri().toString(), "--json");

        assertThat(list.exitCode()).as(list.toString()).isZero();
        assertThat(list.out()).isEqualTo("_changes\nmovie\n");
        assertThat(list.err()).isEmpty();
        assertThat(json.out()).isEqualTo("{\"added\":[\"_changes\",\"movie\"]}\n");
    }

    @Test
    void shouldSayWhenOlderEventsAreGone() {
        final TricklePublisher feed = feed();
        for (int n = 0; n < 9; n++) {
            event(feed, "{\"added\":[\"channel-" + n + "\"]}");
        }

        final Cli list = rill("channels", server.baseUri().toString());

        assertThat(list.exitCode()).as(list.toString()).isZero();
        assertThat(list.out()).contains("channel-8").doesNotContain("channel-0");
        assertThat(list.err()).contains("older events are gone");
    }

    @Test
    void shouldFollowTheChangesUntilTheFeedEnds() throws Exception {
        final TricklePublisher feed = feed();
        event(feed, "{\"added\":[\"_changes\"]}");
        final CompletableFuture<Cli> list =
            CompletableFuture.supplyAsync(() -> rill("channels", server.baseUri().toString(), "--follow"));
        Scenario.await("a reader", () -> server.channels().counters().get("bytes.out") > 0);
        event(feed, "{\"added\":[\"late\"]}");
        event(feed, "{\"removed\":[\"late\"]}");
        feed.close();

        assertThat(list.get().exitCode()).as(list.get().toString()).isZero();
        assertThat(list.get().out()).isEqualTo("_changes\n+ late\n- late\n");
    }

    @Test
    void shouldSayWhenThereIsNoChangefeed() {
        final Cli list = rill("channels", server.baseUri().toString());

        assertThat(list.exitCode()).isEqualTo(1);
        assertThat(list.complaint()).contains("no changefeed");
    }

    private TricklePublisher feed() {
        server.channels().create("_changes", "application/json");
        return local.publish("_changes");
    }

    private static void event(final TricklePublisher feed, final String json) {
        final SegmentWriter segment = feed.beginSegment();
        segment.offer(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
        segment.complete();
    }
}
