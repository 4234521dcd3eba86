package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.media.TestSlots;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsLoss;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Feeds one access unit, counts the frames that came out, feeds the next: no clock, exact numbers. */
class ZeroHoldTest {
    private static final int FRAMES = 60;
    private static final int PROOF = 32;
    private static final UnitFeed SMALL = UnitFeed.small(FRAMES);
    private static final UnitFeed LARGE = UnitFeed.large(FRAMES);

    /** Demuxer and decoder, fed step by step; what is held after each step is noted. */
    private static final class Steps implements TsHandler, FrameHandler, AutoCloseable {
        final List<Integer> held = new ArrayList<>();
        final List<TsLoss> losses = new ArrayList<>();
        final PacketPool packets = new PacketPool();
        final TestSlots slots = new TestSlots(2);
        final VideoDecoder decoder = Codecs.h264Decoder(slots);
        final TsReader reader = new TsReader(this, packets, SystemNanoClock.INSTANCE);
        int framesIn;
        int framesOut;

        Steps feed(final List<byte[]> steps, final boolean endsSegments) {
            for (final byte[] step : steps) {
                reader.feed(ByteBuffer.wrap(step));
                if (endsSegments) {
                    reader.endOfSegment();
                }
                framesIn++;
                held.add(framesIn - framesOut);
            }
            return this;
        }

        @Override
        public void onProgram(final TsProgram program) {
        }

        @Override
        public void onPacket(final Packet packet) {
            assertThat(decoder.decode(packet, this)).isEqualTo(VideoDecoder.DECODED);
            packet.release();
        }

        @Override
        public void onLoss(final Packet.Kind kind, final TsLoss reason) {
            losses.add(reason);
        }

        @Override
        public void onFrame(
            final FrameSlot slot, final long pts, final long arrivalNs, final boolean keyframe) {
            framesOut++;
            slot.release();
        }

        @Override
        public void close() {
            reader.endOfSegment();
            assertThat(framesOut).as("frames out at the end").isEqualTo(framesIn);
            assertThat(losses).isEmpty();
            reader.close();
            decoder.close();
            assertThat(packets.outstanding()).isZero();
            assertThat(slots.outstanding()).isZero();
            slots.close();
        }
    }

    private static List<Integer> held(final UnitFeed feed) {
        try (Steps steps = new Steps()) {
            return steps.feed(feed.steps, false).held;
        }
    }

    private static List<Integer> always(final int held) {
        return IntStream.range(0, FRAMES).mapToObj(step -> held).toList();
    }

    @Test
    void shouldHoldNothingOfOurOwnStreamFromTheFirstUnitOn() {
        assertThat(held(SMALL.copy())).isEqualTo(always(0));
    }

    @Test
    void shouldHoldNothingOfOurOwnStreamWhenUnitsAreTooLargeForALength() {
        final UnitFeed feed = LARGE.copy();

        assertThat(feed.steps).as("units larger than a PES length can say").anyMatch(step -> step.length > 70_000);
        assertThat(held(feed)).isEqualTo(always(0));
    }

    @Test
    void shouldHoldNothingOfAForeignStreamWithLengths() {
        assertThat(held(SMALL.copy().unmarked())).isEqualTo(always(0));
        assertThat(held(SMALL.copy().unmarked().withoutDelimiters())).isEqualTo(always(0));
    }

    @Test
    void shouldHoldOneUnitOfAForeignStreamWithoutLengthsUntilItsStuffingIsProven() {
        final List<Integer> expected = IntStream.range(0, FRAMES).mapToObj(step -> step < PROOF ? 1 : 0).toList();

        assertThat(held(LARGE.copy().unmarked().unbounded())).isEqualTo(expected);
        assertThat(held(LARGE.copy().unmarked().unbounded().withoutDelimiters()))
            .isEqualTo(expected);
    }

    @Test
    void shouldHoldOneUnitForeverOnceStuffingStoodInTheMiddle() {
        final UnitFeed feed = LARGE.copy().unmarked().unbounded().stuffedInTheMiddle(5)
            .renumbered();

        assertThat(held(feed)).isEqualTo(always(1));
    }

    @Test
    void shouldHoldNothingWhereTheSegmentEnds() {
        final UnitFeed feed = LARGE.copy().unmarked().unbounded();
        try (Steps steps = new Steps()) {
            assertThat(steps.feed(feed.steps, true).held).isEqualTo(always(0));
        }
    }

    @Test
    void shouldCountWhatSpokeAgainstTheStuffingAndDropNothing() {
        final UnitFeed feed = LARGE.copy().unmarked().unbounded().stuffedInTheMiddle(20)
            .renumbered();
        try (Steps steps = new Steps()) {
            steps.feed(feed.steps, false);

            assertThat(steps.reader.counters().misplacedStuffing()).isEqualTo(2L * (FRAMES - 20));
            assertThat(steps.reader.counters().excessBytes()).isZero();
            assertThat(steps.losses).isEmpty();
        }
    }

    @Test
    void shouldHoldNothingInTheWholePipeline() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().model(Model.builtIn("identity")));
            final List<Long> held = new ArrayList<>();
            for (int i = 0; i < FRAMES; i++) {
                fixture.input.part(SMALL.steps.get(i));
                final long published = i + 1;
                fixture.await("frame " + i, () -> fixture.pipeline.stats().framesOut() == published);
                held.add(fixture.pipeline.stats().inFlight());
            }

            assertThat(held).containsOnly(0L).hasSize(FRAMES);
        }
    }

    /** The usual way holds one unit until the next has arrived, more while it probes, and a frame per codec thread. */
    @Test
    void shouldComeOutEarlierThanWithTheDefaultsOfLibavformat() {
        final List<Integer> bounded = LibavformatHold.unitsReadAtEachFrame(SMALL.copy().steps);
        final List<Integer> unbounded = LibavformatHold.unitsReadAtEachFrame(SMALL.copy().unbounded().steps);

        assertThat(bounded.get(0)).as("units read before the first frame, with lengths").isEqualTo(22);
        assertThat(unbounded.get(0)).as("units read before the first frame, without").isEqualTo(23);
        for (int frame = 25; frame < FRAMES - 5; frame++) {
            assertThat(bounded.get(frame) - (frame + 1)).as("held at frame %d, with lengths", frame).isEqualTo(1);
            assertThat(unbounded.get(frame) - (frame + 1)).as("held at frame %d, without", frame).isEqualTo(2);
        }
        assertThat(held(SMALL.copy())).isEqualTo(always(0));
    }
}
