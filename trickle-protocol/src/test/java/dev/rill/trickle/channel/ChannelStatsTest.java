package dev.rill.trickle.channel;

import static dev.rill.trickle.channel.TestEngine.append;
import static dev.rill.trickle.channel.TestEngine.publish;
import static dev.rill.trickle.channel.TestEngine.read;
import static dev.rill.trickle.channel.TestEngine.rest;
import static dev.rill.trickle.channel.TestEngine.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.ChannelStats;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelStatsTest {
    private final TestEngine engine = new TestEngine();
    private final Channel channel = engine.channel("ch");

    @AfterEach
    void shouldGiveAllMemoryBack() {
        engine.close();
    }

    @Test
    void shouldTellReadersThatWaitFromThoseThatAreBehind() {
        publish(channel, 0, "zero");
        publish(channel, 1, "one");
        final Cursor behind = read(channel, 0).cursor();
        final Cursor newest = read(channel, 1).cursor();
        final Cursor parked = read(channel, 2).cursor();

        assertThat(stats().readers()).isEqualTo(3);
        assertThat(stats().parkedReaders()).isEqualTo(1);
        assertThat(stats().readersBehind()).isEqualTo(1);

        for (int n = 2; n < 8; n++) {
            publish(channel, n, "more");
        }
        assertThat(stats().readersBehind()).as("0 to 2 are forgotten").isEqualTo(3);
        parked.close();
        newest.close();
        behind.close();
        assertThat(stats().readers()).isZero();
        assertThat(stats().parkedReaders()).isZero();
        assertThat(stats().readersBehind()).isZero();
    }

    @Test
    void shouldMeasureFromTheFirstByteInToTheFirstByteOutOfThoseThatWaited() {
        final Cursor parked = read(channel, 0).cursor();
        engine.nowNs = 1_000;
        final SegmentAppender writer = write(channel, 0);
        append(writer, "first");
        final Cursor late = read(channel, 0).cursor();
        engine.nowNs = 1_500;
        append(writer, "second");

        assertThat(rest(parked)).isEqualTo("firstsecond");
        engine.nowNs = 90_000;
        assertThat(rest(late)).isEqualTo("firstsecond");

        assertThat(stats().firstByteDelay()).isEqualTo(new ChannelStats.Delays(1, 500, 500, 500, 500));
        assertThat(late.ageNs()).isEqualTo(89_000);
        assertThat(stats().bytesIn()).isEqualTo(11);
        assertThat(stats().bytesOut()).isEqualTo(22);
        writer.complete(null);
        parked.close();
        late.close();
    }

    @Test
    void shouldCountWhatBecameOfSegmentsAndReads() {
        publish(channel, 0, "zero");
        final SegmentAppender givenUp = write(channel, 1);
        append(givenUp, "one");
        givenUp.abort();
        final Cursor released = read(channel, 2).cursor();
        final Cursor vanished = read(channel, 2).cursor();
        vanished.close();
        channel.submit(new SegmentDrop(2) { });
        released.close();
        read(channel, 50);

        final ChannelStats stats = stats();

        assertThat(stats.name()).isEqualTo("ch");
        assertThat(stats.contentType()).isEqualTo("text/plain");
        assertThat(stats.nextSequence()).isEqualTo(3);
        assertThat(stats.oldestSequence()).isZero();
        assertThat(stats.segmentsBegun()).isEqualTo(2);
        assertThat(stats.segmentsCompleted()).isEqualTo(1);
        assertThat(stats.segmentsAborted()).as("given up, dropped").isEqualTo(2);
        assertThat(stats.readsReleased()).isEqualTo(1);
        assertThat(stats.readsOutOfWindow()).isEqualTo(1);
    }

    @Test
    void shouldHaveNothingToSayOfAChannelThatIsNot() {
        assertThat(engine.registry.stats("other")).isEmpty();
        engine.registry.close("ch");
        assertThat(engine.registry.stats("ch")).isEmpty();
    }

    private ChannelStats stats() {
        return engine.registry.stats("ch").orElseThrow();
    }
}
