package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.codec.HardwareUse;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import dev.rill.trickle.EndReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Eight sessions of 360p on two threads: really decoded and encoded, none of them starved. */
class FairnessTest {
    private static final int SESSIONS = 8;
    private static final int FRAMES = 60;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(100);

    private static final FramePipelineListener SLOW = new FramePipelineListener() {
        @Override
        public void onFramePublished(final FramePassport passport) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    };

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java").threads(1));
    private final MediaThreads media = MediaThreads.start(2);
    private final TestMedia stream = TestMedia.video(bridge, 640, 360, 0, FRAMES, 30);
    private final List<FramePipeline> pipelines = new ArrayList<>();

    @AfterEach
    void close() {
        pipelines.forEach(FramePipeline::close);
        media.close();
        assertThat(media.agents()).isZero();
        assertThat(bridge.outstandingSlots()).isZero();
        bridge.close();
    }

    private TestInput launch(final FramePipelineListener listener) {
        final TestInput input = new TestInput();
        pipelines.add(FramePipeline.launch(new FramePipelineContext()
            .subscriber(input)
            .publisher(new TestOutput())
            .bridge(bridge)
            .model(Model.builtIn("identity"))
            .policy(DeliveryPolicy.BATCH)
            .hardwareDecoding(HardwareUse.OFF)
            .mediaThreads(media)
            .listener(listener)));
        return input;
    }

    private long[] progress() {
        return pipelines.stream().limit(SESSIONS).mapToLong(pipeline -> pipeline.stats().framesOut()).toArray();
    }

    @Test
    void shouldAdvanceAllSessionsTogether() {
        final List<TestInput> inputs = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            inputs.add(launch(FramePipelineListener.NONE));
        }
        inputs.forEach(input -> input.segments(stream.segments).end(EndReason.CHANNEL_CLOSED));
        for (int checkpoint = 15; checkpoint <= FRAMES; checkpoint += 15) {
            final long first = checkpoint;
            await(() -> max(progress()) >= first);
            final long[] frames = progress();

            assertThat(min(frames)).as("frames of the slowest session when one has %d: %s", first, frames)
                .isGreaterThanOrEqualTo(max(frames) / 2);
        }
        await(() -> pipelines.stream().allMatch(FramePipeline::isEnded));
        assertThat(progress()).containsOnly(FRAMES);
    }

    private enum Hostility { GARBAGE, SLOW_LISTENER, KEYFRAMES_ONLY }

    @ParameterizedTest
    @EnumSource(Hostility.class)
    void shouldNotLetOneHostileSessionStarveTheOthers(final Hostility hostility) {
        final List<TestInput> inputs = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            inputs.add(launch(FramePipelineListener.NONE));
        }
        final TestInput hostile = launch(hostility == Hostility.SLOW_LISTENER ? SLOW : FramePipelineListener.NONE);
        final byte[] garbage = new byte[1_000_000];
        new Random(11).nextBytes(garbage);
        final TestMedia keyframes = TestMedia.video(bridge, 640, 360, 0, FRAMES, 1);
        hostile.onPoll = () -> {
            if (hostile.isConsumed()) { // Without end.
                switch (hostility) {
                    case GARBAGE -> hostile.segment(garbage);
                    case KEYFRAMES_ONLY -> hostile.segments(keyframes.segments);
                    default -> hostile.segments(stream.segments);
                }
            }
        };
        inputs.forEach(input -> input.segments(stream.segments).end(EndReason.CHANNEL_CLOSED));

        for (int checkpoint = 20; checkpoint <= FRAMES; checkpoint += 20) {
            final long first = checkpoint;
            await(() -> max(progress()) >= first);
            final long[] frames = progress();
            assertThat(min(frames)).as("frames of the slowest session when one has %d: %s", first, frames)
                .isGreaterThanOrEqualTo(max(frames) / 2);
        }
        await(() -> pipelines.stream().limit(SESSIONS).allMatch(FramePipeline::isEnded));
        assertThat(progress()).containsOnly(FRAMES);
        assertThat(pipelines.get(SESSIONS).isEnded()).as("the hostile session goes on").isFalse();
    }

    private static long max(final long[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static long min(final long[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time left").isLessThan(deadlineNs);
            Thread.yield();
        }
    }
}
