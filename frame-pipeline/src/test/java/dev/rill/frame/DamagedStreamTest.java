package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import dev.rill.trickle.EndReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A segment that is cut or corrupted, between two that are not: it costs its own frames and nothing else.
 * {@code -Drill.seed=N} tries other damage.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedStreamTest {
    private static final int PACKET = 188;
    private static final int GOP = 8;
    private static final long SEED = Long.getLong("rill.seed", 20_261_126);

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java"));
    private final TestMedia media = TestMedia.video(bridge, 96, 64, 0, 3 * GOP, GOP);

    @AfterAll
    void close() {
        bridge.close();
    }

    /** Plays the first and the last segment around a damaged second one, and checks the accounts. */
    private Played play(final String what, final byte[] damaged) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn("identity")));
            fixture.input.segment(media.segments.get(0)).segment(damaged).segment(media.segments.get(2))
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).as(what).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(fixture.errors).as(what).noneMatch(StreamError::fatal);
            fixture.assertIdentity();
            return new Played(what, fixture.pipeline.stats().framesOut(), fixture.output.videoPts());
        }
    }

    /** What came out. */
    private record Played(String what, long frames, List<Long> times) { }

    /** A cut alters no time, so every frame of the sound segments comes out, and nothing that was not there. */
    private void assertLosesItsOwnFramesOnly(final Played played) {
        final List<Long> sound = new ArrayList<>(media.pts.subList(0, GOP));
        sound.addAll(media.pts.subList(2 * GOP, 3 * GOP));
        assertThat(played.times).as(played.what).containsAll(sound).isSubsetOf(media.pts).isSorted();
    }

    /** Other damage may alter times, which may cost one frame more where they meet. */
    private static void assertRecovers(final Played played) {
        assertThat(played.frames).as(played.what).isGreaterThanOrEqualTo(2L * GOP - 1);
    }

    @Test
    void shouldLoseOnlyFramesOfTheSegmentThatEndsEarlyAtAnyPacket() {
        final byte[] segment = media.segments.get(1);
        for (int length = 0; length < segment.length; length += PACKET) {
            final Played played = play("cut at " + length, Arrays.copyOf(segment, length));

            assertLosesItsOwnFramesOnly(played);
            assertThat(played.frames).as(played.what).isLessThan(3L * GOP);
        }
    }

    @Test
    void shouldLoseOnlyFramesOfTheSegmentThatEndsInsideAPacket() {
        final Random random = new Random(SEED);
        final byte[] segment = media.segments.get(1);
        for (int i = 0; i < 40; i++) {
            final int length = random.nextInt(segment.length);
            assertLosesItsOwnFramesOnly(play("seed " + SEED + " cut at " + length, Arrays.copyOf(segment, length)));
        }
    }

    @Test
    void shouldSurviveBytesThatAreFlippedAnywhere() {
        final Random random = new Random(SEED);
        for (int i = 0; i < 100; i++) {
            final byte[] segment = media.segments.get(1).clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                segment[random.nextInt(segment.length)] ^= (byte) (1 << random.nextInt(8));
            }
            assertRecovers(play("seed " + SEED + " round " + i, segment));
        }
    }

    @Test
    void shouldSurvivePacketsThatAreLostDoubledOrSwapped() {
        final Random random = new Random(SEED);
        final byte[] segment = media.segments.get(1);
        final int packets = segment.length / PACKET;
        for (int i = 0; i < 60; i++) {
            final byte[] damaged = segment.clone();
            final int from = random.nextInt(packets) * PACKET;
            final int to = random.nextInt(packets) * PACKET;
            System.arraycopy(segment, from, damaged, to, PACKET);
            if (i % 2 == 0) {
                System.arraycopy(segment, to, damaged, from, PACKET);
            }
            assertRecovers(play("seed " + SEED + " round " + i, damaged));
        }
    }

    @Test
    void shouldKeepNativeMemoryFlatOverTenThousandBadSegments() {
        final Random random = new Random(SEED);
        final byte[] segment = media.segments.get(1);
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn("identity")));
            fixture.input.segment(media.segments.get(0));
            long settled = 0;
            for (int i = 0; i < 10_000; i++) {
                final byte[] damaged = Arrays.copyOf(segment, PACKET * (3 + random.nextInt(6)));
                damaged[PACKET * 2 + random.nextInt(damaged.length - PACKET * 2)] ^= 0x55;
                fixture.input.segment(damaged);
                fixture.await("segment " + i + " is read", fixture.input::isConsumed);
                if (i == 1_000) {
                    settled = Pointer.totalBytes();
                }
            }
            final long grown = Pointer.totalBytes() - settled;
            assertThat(grown).as("bytes of FFmpeg's Java side that 9 000 bad segments left behind").isLessThan(1 << 20);
            assertThat(fixture.pipeline.outstanding()).as("packets and frames inside").isLessThan(40);
            final TestMedia later = TestMedia.video(bridge, 96, 64, 90_000_000L, GOP, GOP);
            fixture.input.segments(later.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();
            assertThat(fixture.output.videoPts()).endsWith(later.pts.toArray(Long[]::new));
        }
    }
}
