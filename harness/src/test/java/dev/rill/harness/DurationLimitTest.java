package dev.rill.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import org.junit.jupiter.api.Test;

class DurationLimitTest {
    private static final long TICKS_PER_SECOND = 90_000L;

    private final PacketPool pool = new PacketPool();
    private long pictures;
    private long sounds;
    private long firstVideoDts;
    private long lastVideoDts;

    @Test
    void shouldLetThroughSoManySecondsOfVideo() {
        try (MediaSource source = limited(10, 0.5)) {
            drain(source);

            assertThat(pictures).isEqualTo(15);
            assertThat(lastVideoDts - firstVideoDts).isEqualTo(TICKS_PER_SECOND * 14 / 30);
            assertThat(sounds).isBetween(20L, 26L);
            assertThat(pool.outstanding()).as("packets beyond the limit given back").isZero();
        }
    }

    @Test
    void shouldEndWithASourceThatIsShorter() {
        try (MediaSource source = limited(0.5, 10)) {
            drain(source);

            assertThat(pictures).isEqualTo(15);
        }
    }

    @Test
    void shouldStayAtItsEnd() {
        try (MediaSource source = limited(10, 0.2)) {
            drain(source);

            assertThat(source.read(packet -> fail("got " + packet))).isFalse();
        }
    }

    @Test
    void shouldStateTheShorterDuration() {
        try (MediaSource cut = limited(10, 0.5); MediaSource whole = limited(0.5, 10);
            MediaSource endless = limited(0, 2)) {
            assertThat(cut.durationTicks()).isEqualTo(TICKS_PER_SECOND / 2);
            assertThat(whole.durationTicks()).isEqualTo(TICKS_PER_SECOND / 2);
            assertThat(endless.durationTicks()).isEqualTo(2 * TICKS_PER_SECOND);
        }
    }

    @Test
    void shouldShowTheSourceForTheRest() {
        try (MediaSource source = limited(10, 1)) {
            assertThat(source.width()).isEqualTo(192);
            assertThat(source.height()).isEqualTo(128);
            assertThat(source.frameRateNumerator()).isEqualTo(30);
            assertThat(source.frameRateDenominator()).isEqualTo(1);
            assertThat(source.program().streams()).hasSize(2);
            assertThat(source.description()).isNotEmpty();
        }
    }

    private MediaSource limited(final double sourceSeconds, final double seconds) {
        return new DurationLimit(
            TestPatternSource.open(
                new TestPatternContext().size(192, 128).seconds(sourceSeconds).packetPool(pool)), seconds);
    }

    private void drain(final MediaSource source) {
        final PacketHandler counter = packet -> {
            if (packet.kind() == Packet.Kind.VIDEO) {
                firstVideoDts = pictures++ == 0 ? packet.dts() : firstVideoDts;
                lastVideoDts = packet.dts();
            } else {
                sounds++;
            }
            packet.release();
        };
        while (source.read(counter)) {
            assertThat(pictures).as("the limit holds").isLessThan(100);
        }
    }
}
