package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class EventQueueTest {
    private final RecordingHandler handler = new RecordingHandler();

    @Test
    void shouldDeliverEveryEventInOrderAndAtMostLimit() {
        final EventQueue queue = new EventQueue(1000, () -> { });
        queue.gap(1, 4);
        queue.begin(4, "t");
        queue.data(buffer(3));
        queue.end(true);
        queue.finish(EndReason.CHANNEL_CLOSED);

        assertThat(queue.poll(handler, 2)).isEqualTo(2);
        assertThat(queue.poll(handler, 10)).isEqualTo(3);

        assertThat(handler.log()).containsExactly("gap 1 4", "begin 4", "end 4", "over CHANNEL_CLOSED");
        assertThat(handler.segments().get(4L)).hasSize(3);
        assertThat(queue.isEnded()).isTrue();
        assertThat(queue.poll(handler, 10)).isZero();
    }

    @Test
    void shouldDeliverEachPartOfBufferThatIsInPieces() {
        final EventQueue queue = new EventQueue(1000, () -> { });
        final CompositeByteBuf pieces = ByteBufAllocator.DEFAULT.compositeDirectBuffer();
        pieces.addComponent(true, buffer(3)).addComponent(true, buffer(4));
        queue.begin(0, "");
        queue.data(pieces);
        queue.end(false);

        queue.poll(handler, 10);

        assertThat(handler.segments().get(0L)).containsExactly(0, 1, 2, 0, 1, 2, 3);
    }

    @Test
    void shouldCallForMoreOnceWhenHalfIsFreeAgain() {
        final AtomicInteger calls = new AtomicInteger();
        final EventQueue queue = new EventQueue(4096, calls::incrementAndGet);
        queue.begin(0, "");
        queue.data(buffer(2048));
        assertThat(queue.isFull()).isFalse();
        queue.data(buffer(2048));
        assertThat(queue.isFull()).isTrue();

        queue.poll(handler, 1);
        assertThat(calls).hasValue(0);
        queue.poll(handler, 2);

        assertThat(calls).hasValue(1);
        assertThat(queue.isFull()).isFalse();
        queue.close();
    }

    @Test
    void shouldNeverStallWhenProducerWaitsForRoomAndConsumerForWakeUp() throws InterruptedException {
        final int events = 20_000;
        final Semaphore room = new Semaphore(0);
        final Semaphore readable = new Semaphore(0);
        final EventQueue queue = new EventQueue(1024, room::release);
        queue.onReadable(readable::release);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread producer = new Thread(() -> produce(queue, room, events));
        producer.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        producer.start();
        final CountingHandler counting = new CountingHandler();
        while (!queue.isEnded()) {
            if (queue.poll(counting, 16) == 0) {
                assertThat(readable.tryAcquire(10, TimeUnit.SECONDS))
                    .as("woken up after %d bytes", counting.bytes).isTrue();
            }
        }
        producer.join(10_000);

        assertThat(failure.get()).isNull();
        assertThat(queue.isEnded()).isTrue();
        assertThat(counting.bytes).isEqualTo(events);
    }

    @Test
    void shouldReleaseWhatIsQueuedAndEndGrammarWhenClosed() {
        final EventQueue queue = new EventQueue(1000, () -> { });
        queue.begin(0, "");
        queue.poll(handler, 1);
        final ByteBuf bytes = buffer(9);
        queue.data(bytes);

        queue.close();

        assertThat(bytes.refCnt()).isZero();
        assertThat(queue.poll(handler, 10)).isEqualTo(1);
        assertThat(handler.log()).containsExactly("begin 0", "torn 0", "over CLOSED");
    }

    private static void produce(final EventQueue queue, final Semaphore room, final int events) {
        queue.begin(0, "");
        for (int i = 0; i < events; i++) {
            queue.data(buffer(1));
            if (queue.isFull()) {
                room.acquireUninterruptibly();
            }
        }
        queue.end(true);
        queue.finish(EndReason.CHANNEL_CLOSED);
    }

    private static ByteBuf buffer(final int length) {
        final ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(length);
        for (int i = 0; i < length; i++) {
            bytes.writeByte(i);
        }
        return bytes;
    }

    private static final class CountingHandler implements SegmentHandler {
        private long bytes;

        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
        }

        @Override
        public void onData(final long sequence, final ByteBuffer data) {
            bytes += data.remaining();
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
        }

        @Override
        public void onGap(final long from, final long to) {
        }

        @Override
        public void onEnd(final EndReason reason) {
        }
    }
}
