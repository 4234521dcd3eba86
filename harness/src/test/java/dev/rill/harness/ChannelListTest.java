package dev.rill.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelListTest {
    private final List<String> told = new ArrayList<>();
    private final ChannelList list = new ChannelList(new Recorder());

    @Test
    void shouldFollowWhatComesAndGoes() {
        event(0, "{\"added\":[\"_changes\"]}");
        event(1, "{\"added\":[\"b\",\"a\"]}");
        event(2, "{\"removed\":[\"b\"],\"added\":[]}");

        assertThat(list.names()).containsExactly("_changes", "a");
        assertThat(list.read()).isEqualTo(2);
        assertThat(told).containsExactly("+_changes", "+b", "+a", "-b");
    }

    @Test
    void shouldPutAnEventTogetherThatComesInPieces() {
        list.onSegmentBegin(0, "application/json");
        list.onData(0, bytes("{\"added\":"));
        list.onData(0, bytes("[\"x\"]}"));
        list.onSegmentEnd(0, true);

        assertThat(list.names()).containsExactly("x");
    }

    @Test
    void shouldCountLostEvents() {
        list.onGap(0, 12);
        event(12, "{\"added\":[\"a\"]}");
        list.onGap(13, 14);

        assertThat(list.missed()).isEqualTo(13);
        assertThat(told).containsExactly("gap 12", "+a", "gap 1");
    }

    @Test
    void shouldTellOfAnEventThatIsNone() {
        event(0, "nonsense");
        event(1, "{\"added\":\"a\"}");
        event(2, "");

        assertThat(told).hasSize(2);
        assertThat(told.get(0)).startsWith("0 expected a JSON object");
        assertThat(told.get(1)).isEqualTo("1 expected an array of names, got a");
        assertThat(list.read()).isEqualTo(2);
    }

    private void event(final long sequence, final String json) {
        list.onSegmentBegin(sequence, "application/json");
        list.onData(sequence, bytes(json));
        list.onSegmentEnd(sequence, true);
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void shouldKeepWhyTheFeedIsOver() {
        list.onEnd(EndReason.PEER_LOST);

        assertThat(list.endReason()).isEqualTo(EndReason.PEER_LOST);
    }

    private final class Recorder implements ChannelList.Listener {
        @Override
        public void onAdded(final String name) {
            told.add("+" + name);
        }

        @Override
        public void onRemoved(final String name) {
            told.add("-" + name);
        }

        @Override
        public void onGap(final long events) {
            told.add("gap " + events);
        }

        @Override
        public void onMalformed(final long sequence, final String why) {
            told.add(sequence + " " + why);
        }
    }
}
