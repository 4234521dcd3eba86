package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.ts.TsStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestPatternSourceTest {
    private final PacketPool packets = new PacketPool();

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"320,240,30,1,2.5", "128,96,24000,1001,2.5", "640,360,15,1,2"})
    void shouldDeliverNumberedFramesInSelfContainedSegments(
        final int width, final int height, final int numerator, final int denominator, final double seconds) {
        final int frames = (int) Math.round(seconds * numerator / denominator);
        try (TestPatternSource source = TestPatternSource.open(context().size(width, height)
            .frameRate(numerator, denominator).seconds(seconds))) {
            final SegmentTape tape = SegmentTape.of(source);

            final List<SegmentTape.Picture> pictures = tape.pictures();
            assertThat(pictures).hasSize(frames);
            for (int i = 0; i < frames; i++) {
                assertThat(pictures.get(i).number()).isEqualTo(i);
                assertThat(pictures.get(i).pts()).isEqualTo(
                    TestPatternSource.BASE_TICKS + i * 90_000L * denominator / numerator);
                assertThat(pictures.get(i).width()).isEqualTo(width);
                assertThat(pictures.get(i).height()).isEqualTo(height);
            }
            assertThat(tape.segments()).hasSize(seconds > 2 ? 2 : 1);
            assertThat(source.durationTicks()).isEqualTo(frames * 90_000L * denominator / numerator);
            assertThat(source.warnings()).isZero();
        }
    }

    @Test
    void shouldDeliverAContinuousToneWithThePictures() {
        try (TestPatternSource source = TestPatternSource.open(context().size(128, 96).seconds(2.2))) {
            final SegmentTape tape = SegmentTape.of(source);

            final List<SegmentTape.Unit> sound = tape.units(Packet.Kind.AUDIO);
            assertThat(sound).hasSizeGreaterThanOrEqualTo((int) (2.2 * 48_000 / 1024));
            for (int i = 1; i < sound.size(); i++) {
                assertThat(sound.get(i).pts() - sound.get(i - 1).pts()).isEqualTo(1920);
            }
            assertThat(sound.get(0).pts()).isBetween(TestPatternSource.BASE_TICKS - 1920, TestPatternSource.BASE_TICKS);
            assertThat(source.program().audio().streamType()).isEqualTo(TsStream.AAC);
        }
    }

    @Test
    void shouldMakeOneFramePerRead() {
        try (TestPatternSource source = TestPatternSource.open(context().size(64, 64).seconds(0).audio(false))) {
            final List<Long> times = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                assertThat(source.read(packet -> {
                    times.add(packet.pts());
                    packet.release();
                })).isTrue();
                assertThat(times).hasSize(i + 1);
            }
            assertThat(source.durationTicks()).isEqualTo(-1);
            assertThat(source.program().audio()).isNull();
            assertThat(source.description()).contains("64x64", "30 fps", "no audio", "endless");
        }
    }

    @Test
    void shouldEndWhenClosed() {
        final TestPatternSource source = TestPatternSource.open(context().size(64, 64));
        assertThat(source.read(Packet::release)).isTrue();

        source.close();
        source.close();

        assertThat(source.read(Packet::release)).isFalse();
    }

    @Test
    void shouldRefuseWhatCannotBeMade() {
        assertThatThrownBy(() -> TestPatternSource.open(context().size(62, 64)))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("actual 62x64");
        assertThatThrownBy(() -> TestPatternSource.open(context().size(65, 64))).hasMessageContaining("65x64");
        assertThatThrownBy(() -> TestPatternSource.open(context().frameRate(0, 1))).hasMessageContaining("0/1");
        assertThatThrownBy(() -> TestPatternSource.open(context().seconds(-1))).hasMessageContaining("-1");
    }

    private TestPatternContext context() {
        return new TestPatternContext().packetPool(packets);
    }
}
