package dev.rill.jobs.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.jobs.session.ControlDocument;
import dev.rill.jobs.session.DocumentWriter;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.TricklePublisher;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlQueueTest {
    private final List<String> sent = new ArrayList<>();
    private final Channel channel = new Channel();
    private final DocumentWriter writer = new DocumentWriter(channel);
    private final ControlQueue queue = new ControlQueue(0);

    @Test
    void shouldKeepADocumentUntilTheChannelTakesIt() {
        queue.offer("a".getBytes(UTF_8));
        queue.offer("b".getBytes(UTF_8));
        channel.backPressured = true;
        assertThat(queue.send(writer, 0)).isZero();
        channel.backPressured = false;

        queue.send(writer, 0);
        queue.send(writer, 0);

        assertThat(sent).containsExactly("a", "b");
    }

    @Test
    void shouldSendAKeepaliveEachIntervalWhenThereIsNothingElse() {
        queue.send(writer, ControlDocument.KEEP_ALIVE_INTERVAL_NS - 1);
        queue.send(writer, ControlDocument.KEEP_ALIVE_INTERVAL_NS);
        queue.send(writer, ControlDocument.KEEP_ALIVE_INTERVAL_NS + 1);

        assertThat(sent).containsExactly("{\"keep\":\"alive\"}");
    }

    @Test
    void shouldRefuseWhatItCannotHold() {
        for (int i = 0; i < ControlQueue.CAPACITY; i++) {
            assertThat(queue.offer(new byte[] {'x'})).isTrue();
        }

        assertThat(queue.offer(new byte[] {'x'})).isFalse();
    }

    private final class Channel implements TricklePublisher {
        private boolean backPressured;

        @Override
        public SegmentWriter beginSegment() {
            return new SegmentWriter() {
                @Override
                public long sequence() {
                    return sent.size();
                }

                @Override
                public int offer(final ByteBuffer source) {
                    if (backPressured) {
                        return BACK_PRESSURED;
                    }
                    final int length = source.remaining();
                    sent.add(UTF_8.decode(source).toString());
                    return length;
                }

                @Override
                public void complete() {
                    assertThat(backPressured).isFalse();
                }

                @Override
                public void abort() {
                    assertThat(backPressured).isTrue();
                }
            };
        }

        @Override
        public EndReason failure() {
            return null;
        }

        @Override
        public int unconfirmedSegments() {
            return 0;
        }

        @Override
        public void leave() {
            close();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
