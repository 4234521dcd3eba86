package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.LocalTrickle;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServerContext;
import dev.rill.trickle.TrickleSubscriber;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pipeline between real channels. */
class TricklePipelineTest {
    private final LocalTrickle trickle = LocalTrickle.launch(new TrickleServerContext());
    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java"));
    private final Viewer viewer = new Viewer();

    @AfterEach
    void shouldCloseClean() {
        trickle.close();
        assertThat(bridge.outstandingSlots()).isZero();
        bridge.close();
    }

    @Test
    void shouldCarryAStreamFromChannelToChannel() {
        final TestMedia media = TestMedia.videoAndAudio(bridge, 160, 128, 90_000, 80, 20);
        trickle.channels().create("in", "video/mp2t");
        trickle.channels().create("out", "video/mp2t");
        final TricklePublisher source = trickle.publish("in");
        try (FramePipeline pipeline = launch(); TrickleSubscriber output = trickle.subscribe("out", 0)) {
            for (final byte[] segment : media.segments) {
                publish(source, segment, () -> output.poll(viewer, 16));
            }
            source.close();
            await("output ends", () -> output.poll(viewer, 16) >= 0 && viewer.end != null);
            await("pipeline ends", pipeline::isEnded);

            final PipelineStats stats = pipeline.stats();
            assertThat(stats.framesOut()).as("%s", stats).isEqualTo(80);
            assertThat(viewer.videoPts()).containsExactlyElementsOf(media.pts);
            assertThat(viewer.end).isEqualTo(EndReason.CHANNEL_CLOSED);
            assertThat(pipeline.outstanding()).isZero();
        }
    }

    @Test
    void shouldPublishTheTailWhenTheInputChannelIsDeleted() {
        final TestMedia media = TestMedia.video(bridge, 160, 128, 0, 40, 20);
        trickle.channels().create("in", "video/mp2t");
        trickle.channels().create("out", "video/mp2t");
        final TricklePublisher source = trickle.publish("in");
        try (FramePipeline pipeline = launch(); TrickleSubscriber output = trickle.subscribe("out", 0)) {
            publish(source, media.segments.get(0), () -> output.poll(viewer, 16));
            await("all frames are out", () -> pipeline.stats().framesOut() == 20);
            trickle.channels().close("in");
            await("output ends", () -> output.poll(viewer, 16) >= 0 && viewer.end != null);
            await("pipeline ends", pipeline::isEnded);

            assertThat(viewer.videoPts()).containsExactlyElementsOf(media.pts.subList(0, 20));
        }
        source.close();
    }

    private FramePipeline launch() {
        return FramePipeline.launch(new FramePipelineContext()
            .subscriber(trickle.subscribe("in", Trickle.CURRENT))
            .publisher(trickle.publish("out"))
            .bridge(bridge)
            .model(Model.builtIn("invert"))
            .policy(DeliveryPolicy.BATCH));
    }

    private static void publish(final TricklePublisher source, final byte[] segment, final Runnable meanwhile) {
        final SegmentWriter writer = source.beginSegment();
        for (int offset = 0; offset < segment.length; offset += 1316) {
            final ByteBuffer chunk = ByteBuffer.wrap(segment, offset, Math.min(1316, segment.length - offset));
            await("chunk is taken", () -> {
                meanwhile.run();
                return writer.offer(chunk) >= 0;
            });
        }
        writer.complete();
    }

    private static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadlineNs);
            try {
                TimeUnit.MILLISECONDS.sleep(1);
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(ex);
            }
        }
    }

    private static final class Viewer implements SegmentHandler {
        private final List<ByteArrayOutputStream> segments = new ArrayList<>();
        private EndReason end;

        List<Long> videoPts() {
            return segments.stream().flatMap(segment -> TestOutput.read(segment.toByteArray()).stream())
                .filter(unit -> unit.kind() == Packet.Kind.VIDEO).map(TestOutput.Unit::pts).toList();
        }

        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            segments.add(new ByteArrayOutputStream());
        }

        @Override
        public void onData(final long sequence, final ByteBuffer bytes) {
            final byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            segments.get(segments.size() - 1).writeBytes(chunk);
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            assertThat(intact).isTrue();
        }

        @Override
        public void onGap(final long from, final long to) {
            throw new AssertionError("gap " + from + ".." + to);
        }

        @Override
        public void onEnd(final EndReason reason) {
            end = reason;
        }
    }
}
