package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What readers are shown lies where the writer, or the socket, put it. */
class SharedMemoryTest {
    private final TestEngine engine = new TestEngine();
    private final Channel channel = engine.channel("ch");

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    /** Both ways of telling that two places are one: by address where there is one, and by changing it. */
    private static void assertSamePlace(final ByteBuffer view, final ByteBuf buffer, final int index) {
        final ByteBuf seen = Unpooled.wrappedBuffer(view);
        if (seen.hasMemoryAddress() && buffer.hasMemoryAddress()) {
            assertThat(seen.memoryAddress()).as("address").isEqualTo(buffer.memoryAddress() + index);
        }
        buffer.setByte(index, 'X');
        assertThat(view.get(view.position())).as("byte changed behind the reader's back").isEqualTo((byte) 'X');
        assertThat(view.isReadOnly()).isTrue();
    }

    @Test
    void shouldShowEveryReaderThePageThatTheWriterFilled() {
        final SegmentAppender appender = write(channel, 0);
        append(appender, "first");
        append(appender, "second");
        final Block page = channel.find(0).head();
        for (int i = 0; i < 3; i++) {
            final Cursor cursor = read(channel, 0).cursor();
            assertSamePlace(cursor.view(5), page.buffer, 0);
            assertSamePlace(cursor.view(6), page.buffer, 5);
            cursor.close();
        }
        appender.complete(null);
    }

    @Test
    void shouldShowReadersTheBufferThatTheSocketFilled() {
        final SegmentAppender appender = write(channel, 0);
        final ByteBuf received = engine.allocator.directBuffer(64).writeZero(64);
        received.skipBytes(16);
        appender.append(received);

        final Cursor cursor = read(channel, 0).cursor();

        assertThat(cursor.view(Integer.MAX_VALUE).remaining()).isEqualTo(48);
        cursor.close();
        final Cursor again = read(channel, 0).cursor();
        assertSamePlace(again.view(8), received, 16);
        assertSamePlace(again.view(8), received, 24);
        again.close();
        appender.complete(null);
    }

    @Test
    void shouldGiveTwoReadersOfAPageTwoViewsAndTheNextReaderOneOfThem() {
        final SegmentAppender appender = write(channel, 0);
        append(appender, "abc");
        final Cursor one = read(channel, 0).cursor();
        final Cursor other = read(channel, 0).cursor();

        final ByteBuffer first = one.view(1);
        final ByteBuffer second = other.view(3);

        assertThat(first).isNotSameAs(second);
        assertThat(first.remaining()).isEqualTo(1);
        assertThat(second.remaining()).isEqualTo(3);
        one.close();
        final Cursor next = read(channel, 0).cursor();
        assertThat(next.view(2)).isSameAs(first).satisfies(view -> assertThat(view.remaining()).isEqualTo(2));
        other.close();
        next.close();
        appender.complete(null);
    }
}
