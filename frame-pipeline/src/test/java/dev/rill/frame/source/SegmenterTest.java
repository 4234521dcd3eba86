package dev.rill.frame.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.media.SegmentTape;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmenterTest {
    private static final TsProgram PROGRAM = TsProgram.of(TsStream.h264(0x100), TsStream.aac(0x101));
    private static final byte[] KEYFRAME = {0, 0, 0, 1, 0x65, 1, 2, 3};
    private static final byte[] PICTURE = {0, 0, 0, 1, 0x41, 1, 2, 3};
    private static final byte[] SOUND = {(byte) 0xFF, (byte) 0xF1, 0x4C, (byte) 0x80, 0x01, 0x1F, (byte) 0xFC, 0};

    private final PacketPool packets = new PacketPool();
    private final SegmentTape tape = new SegmentTape();
    private final Segmenter segmenter = new Segmenter(PROGRAM, tape);

    @AfterEach
    void shouldReleaseEveryPacket() {
        assertThat(packets.outstanding()).isZero();
    }

    @Test
    void shouldJoinGopsUntilASecondHasPassed() {
        for (int i = 0; i < 30; i++) {
            video(i * 9000L, i % 5 == 0);
        }
        segmenter.close();

        assertThat(starts()).containsExactly(0L, 90_000L, 180_000L);
        assertThat(tape.units(0)).hasSize(10);
        assertThat(segmenter.segments()).isEqualTo(3);
    }

    @Test
    void shouldNeverSplitAGop() {
        for (int i = 0; i < 100; i++) {
            video(i * 9000L, i % 40 == 0);
        }
        segmenter.close();

        assertThat(starts()).containsExactly(0L, 360_000L, 720_000L);
    }

    @Test
    void shouldCutAtTheLimitExactly() {
        video(0, true);
        video(89_999, true);
        video(90_000, true);
        segmenter.close();

        assertThat(starts()).containsExactly(0L, 90_000L);
    }

    @Test
    void shouldCutWhenTimeJumpsBack() {
        video(900_000, true);
        video(903_000, false);
        video(0, true);
        video(3000, false);
        segmenter.close();

        assertThat(starts()).containsExactly(900_000L, 0L);
    }

    @Test
    void shouldDropWhatComesBeforeTheFirstKeyframe() {
        audio(0);
        video(0, false);
        audio(1920);
        video(3000, true);
        audio(3840);
        segmenter.close();

        assertThat(segmenter.leadingPackets()).isEqualTo(3);
        assertThat(tape.units(0)).extracting(SegmentTape.Unit::pts).containsExactly(3000L, 3840L);
    }

    @Test
    void shouldKeepAudioThatCameBeforeTheFirstKeyframeAndIsHeardAfterIt() {
        audio(1080);
        audio(3000);
        audio(4920);
        video(3000, true);
        audio(6840);
        segmenter.close();

        assertThat(segmenter.leadingPackets()).isEqualTo(1);
        assertThat(tape.units(0)).extracting(SegmentTape.Unit::pts).containsExactly(3000L, 3000L, 4920L, 6840L);
    }

    @Test
    void shouldKeepTheOrderOfArrival() {
        video(0, true);
        audio(500);
        video(3000, false);
        audio(2420);
        segmenter.close();

        assertThat(tape.units(0)).extracting(SegmentTape.Unit::kind).containsExactly(
            Packet.Kind.VIDEO, Packet.Kind.AUDIO, Packet.Kind.VIDEO, Packet.Kind.AUDIO);
    }

    @Test
    void shouldBeginNoSegmentWhenNothingComes() {
        segmenter.close();
        segmenter.close();

        assertThat(tape.segments()).isEmpty();
        assertThat(tape.isOpen()).isFalse();
    }

    @Test
    void shouldReleaseThePacketWhenTheSinkFails() {
        final Segmenter failing = new Segmenter(PROGRAM, new SegmentSink() {
            @Override
            public void beginSegment() {
                throw new IllegalStateException("full");
            }

            @Override
            public void accept(final ByteBuffer bytes) {
                throw new AssertionError("not begun");
            }

            @Override
            public void endSegment() {
                throw new AssertionError("not begun");
            }
        });

        assertThatThrownBy(() -> failing.onPacket(packet(Packet.Kind.VIDEO, 0, true, KEYFRAME))).hasMessage("full");
    }

    private List<Long> starts() {
        return tape.segments().stream().map(segment -> SegmentTape.units(segment).get(0).pts()).toList();
    }

    private void video(final long time, final boolean keyframe) {
        segmenter.onPacket(packet(Packet.Kind.VIDEO, time, keyframe, keyframe ? KEYFRAME : PICTURE));
    }

    private void audio(final long time) {
        segmenter.onPacket(packet(Packet.Kind.AUDIO, time, true, SOUND));
    }

    private Packet packet(final Packet.Kind kind, final long time, final boolean keyframe, final byte[] payload) {
        final Packet packet = packets.acquire();
        packet.append(ByteBuffer.wrap(payload));
        return packet.describe(kind, time, time, keyframe, 0);
    }
}
