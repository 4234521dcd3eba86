package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.codec.HardwareUse;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A bridge, an input, an output and a recording listener for one pipeline under test. */
final class PipelineFixture implements AutoCloseable {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    final Bridge bridge = Bridge.launch(new BridgeContext().device("java"));
    final TestInput input = new TestInput();
    final TestOutput output = new TestOutput();
    final List<StreamError> errors = Collections.synchronizedList(new ArrayList<>());
    final List<PipelineEnd> ends = Collections.synchronizedList(new ArrayList<>());
    final List<Published> published = Collections.synchronizedList(new ArrayList<>());
    /** Sequence, time and reason of each. */
    final List<String> dropped = Collections.synchronizedList(new ArrayList<>());
    Runnable onPublished = () -> { };
    FramePipeline pipeline;

    /**
     * Copy of a passport.
     *
     * @param sequence of the unit.
     * @param pts      of the frame.
     * @param version  of its parameters.
     * @param keyframe whether it begins a segment.
     * @param stamps   all stamps in order.
     */
    record Published(long sequence, long pts, long version, boolean keyframe, List<Long> stamps) {
    }

    FramePipelineContext context() {
        return new FramePipelineContext()
            .subscriber(input)
            .publisher(output)
            .bridge(bridge)
            .model(Model.builtIn("tint"))
            .policy(DeliveryPolicy.BATCH)
            .hardwareDecoding(HardwareUse.OFF)
            .threadingMode(ThreadingMode.INVOKER)
            .listener(listener());
    }

    PipelineFixture launch(final FramePipelineContext context) {
        pipeline = FramePipeline.launch(context);
        return this;
    }

    /** Invokes until nothing more happens, and the bridge has nothing under way. */
    void settle() {
        int idle = 0;
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (idle < 20 && System.nanoTime() < deadlineNs) {
            if (pipeline.invoke() == 0) {
                idle = bridge.inFlight() == 0 ? idle + 1 : 0;
                pause();
            } else {
                idle = 0;
            }
        }
        assertThat(idle).as("pipeline comes to rest").isEqualTo(20);
    }

    /** Runs the pipeline until all input is read and no more than so many units are inside. */
    void drain(final int inside) {
        await("pipeline has no more than " + inside + " units inside",
            () -> input.isConsumed() && pipeline.stats().inFlight() <= inside);
        settle();
    }

    /** Runs the pipeline, in whichever mode, until the condition holds. */
    void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        final boolean isInvoker = !hasThreads();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s; %s errors=%s ends=%s", what, pipeline.stats(), errors, ends)
                .isLessThan(deadlineNs);
            if (!isInvoker || pipeline.invoke() == 0) {
                pause();
            }
        }
    }

    void awaitEnd() {
        await("pipeline ends", () -> pipeline.isEnded() && !ends.isEmpty());
    }

    void assertIdentity() {
        final PipelineStats stats = pipeline.stats();
        assertThat(stats.framesOut() + stats.droppedTotal() + stats.inFlight())
            .as("framesOut + dropped + inFlight of %s", stats).isEqualTo(stats.framesIn());
    }

    @Override
    public void close() {
        try {
            if (pipeline != null) {
                pipeline.close();
                assertThat(pipeline.isEnded()).isTrue();
                assertThat(pipeline.outstanding()).as("packets and frames not given back").isZero();
                assertIdentity();
                assertThat(pipeline.stats().inFlight()).isZero();
                assertThat(ends).as("onEnd is called once").hasSize(1);
                assertThat(input.closed && output.closed).as("subscriber and publisher are closed").isTrue();
            }
            assertThat(bridge.outstandingSlots()).as("slots not given back").isZero();
            assertThat(bridge.openSessions()).isZero();
            assertThat(bridge.openPools()).isZero();
        } finally {
            bridge.close();
        }
    }

    private boolean hasThreads() {
        try {
            pipeline.invoke();
            return false;
        } catch (final IllegalStateException ex) {
            return true;
        }
    }

    private FramePipelineListener listener() {
        return new FramePipelineListener() {
            @Override
            public void onFramePublished(final FramePassport passport) {
                published.add(new Published(passport.sequence(), passport.pts(), passport.parameterVersion(),
                    passport.isKeyframe(), List.of(passport.arrivalNs(), passport.demuxedNs(), passport.decodedNs(),
                    passport.submittedNs(), passport.deviceStartNs(), passport.deviceEndNs(), passport.completedNs(),
                    passport.encodedNs(), passport.publishedNs())));
                onPublished.run();
            }

            @Override
            public void onFrameDropped(final FramePassport passport, final DropReason reason) {
                dropped.add(passport.sequence() + " " + passport.pts() + " " + reason.label());
            }

            @Override
            public void onError(final StreamError error) {
                errors.add(error);
            }

            @Override
            public void onEnd(final PipelineEnd end) {
                ends.add(end);
            }
        };
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(1);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }
}
