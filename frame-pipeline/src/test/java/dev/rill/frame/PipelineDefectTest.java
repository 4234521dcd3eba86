package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.ModelParameters;
import dev.rill.trickle.EndReason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stages that throw, stick, or do what nobody asked for. */
class PipelineDefectTest {
    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldAccountForTheFrameOnWhichTheEncoderThrows(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 40, 20);
            final Function<EncoderContext, VideoEncoder> encoders = context -> new WrappedEncoder(context) {
                @Override
                void before(final int frame) {
                    if (frame == 7) {
                        throw new IllegalStateException("defect on purpose");
                    }
                }
            };
            fixture.launch(fixture.context().threadingMode(mode).encoders(encoders));

            fixture.input.segments(media.segments);
            fixture.awaitEnd();

            assertFailedOnce(fixture, "defect on purpose");
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(7);
            assertThat(fixture.pipeline.outstanding()).isZero();
            fixture.assertIdentity();
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldCountEachFrameOnceWhenTheListenerThrows(final ThreadingMode mode) {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.onPublished = () -> {
                if (fixture.published.size() == 3) {
                    throw new AssertionError("listener breaks on purpose");
                }
            };
            fixture.launch(fixture.context().threadingMode(mode));

            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20).segments)
                .end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            assertThat(fixture.ends).containsExactly(PipelineEnd.CHANNEL_CLOSED);
            assertThat(fixture.pipeline.stats().framesOut()).isEqualTo(20);
            assertThat(fixture.pipeline.outstanding()).isZero();
            fixture.assertIdentity();
        }
    }

    @Test
    void shouldAccountForTheFrameWhoseSubmissionThrows() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final InferencePort port = port(() -> {
                throw new IllegalStateException("defect on purpose");
            });
            fixture.launch(fixture.context().inference((bridge, model, format, window) -> port));

            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20).segments);
            fixture.awaitEnd();

            assertFailedOnce(fixture, "defect on purpose");
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldEndAfterTheFirstExceptionOfAStageThatAlwaysThrows(final ThreadingMode mode) {
        for (final Throwable defect : List.of(new IllegalStateException("on purpose"), new Error("on purpose"))) {
            try (PipelineFixture fixture = new PipelineFixture()) {
                final AtomicInteger polls = new AtomicInteger();
                fixture.input.onPoll = () -> {
                    polls.incrementAndGet();
                    throwUnchecked(defect);
                };
                fixture.launch(fixture.context().threadingMode(mode));

                fixture.awaitEnd();

                assertFailedOnce(fixture, "on purpose");
                assertThat(polls).hasValue(1);
            }
        }
    }

    private static void throwUnchecked(final Throwable throwable) {
        if (throwable instanceof final Error error) {
            throw error;
        }
        throw (RuntimeException) throwable;
    }

    private static void assertFailedOnce(final PipelineFixture fixture, final String message) {
        assertThat(fixture.ends).containsExactly(PipelineEnd.FAILED);
        assertThat(fixture.errors).filteredOn(StreamError::fatal).singleElement()
            .matches(error -> error.code() == StreamError.Code.INTERNAL && error.message().contains(message));
    }

    @Test
    void shouldNotCutAtKeyframesThatNobodyAskedFor() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            final TestMedia media = TestMedia.videoAndAudio(fixture.bridge, 128, 96, 90_000, 130, 26);
            final Function<EncoderContext, VideoEncoder> encoders = context -> new WrappedEncoder(context) {
                @Override
                boolean isKeyframe(final int frame, final Packet packet) {
                    return packet.isKeyframe() || frame % 7 == 3;
                }
            };
            fixture.launch(fixture.context().encoders(encoders));

            fixture.input.segments(media.segments).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();

            final List<List<Unit>> segments = fixture.output.units();
            assertThat(segments).extracting(segment -> segment.stream()
                    .filter(unit -> unit.kind() == Packet.Kind.VIDEO).findFirst().orElseThrow().pts())
                .containsExactly(90_000L, 270_000L, 450_000L);
            assertThat(segments.get(0).stream().filter(unit -> unit.kind() == Packet.Kind.VIDEO && unit.keyframe()))
                .as("the keyframe that was asked for and those that were not").hasSize(1 + 9);
            assertThat(fixture.pipeline.stats().segmentsOut()).isEqualTo(3);
        }
    }

    @Test
    void shouldNameThreadsByTheirRole() {
        try (PipelineFixture fixture = new PipelineFixture()) {
            fixture.launch(fixture.context().threadingMode(ThreadingMode.DEDICATED));

            fixture.await("threads have their names", () -> names().containsAll(List.of(
                "trickle-pipeline-intake", "trickle-pipeline-process", "trickle-pipeline-egress")));
        }
        assertThat(names()).noneMatch(name -> name.startsWith("trickle-pipeline"));
    }

    private static List<String> names() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName).toList();
    }

    @Test
    void shouldWaitForAllStuckStagesTogetherAndSayNothingButInTheLog() {
        final PrintStream console = System.err;
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final CountDownLatch stuck = new CountDownLatch(2);
        final CountDownLatch loose = new CountDownLatch(1);
        try (PipelineFixture fixture = new PipelineFixture()) {
            final InferencePort port = port(() -> stick(stuck, loose));
            fixture.input.onPoll = () -> {
                if (stuck.getCount() == 1) {
                    stick(stuck, loose);
                }
            };
            fixture.launch(fixture.context().threadingMode(ThreadingMode.DEDICATED).closeTimeoutNs(1_000_000_000L)
                .inference((bridge, model, format, window) -> port));
            fixture.input.segments(TestMedia.video(fixture.bridge, 128, 96, 0, 20, 20).segments);
            fixture.await("two stages are stuck", () -> stuck.getCount() == 0);

            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            final long startNs = System.nanoTime();
            fixture.pipeline.close();
            final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            System.setErr(console);
            loose.countDown();
            fixture.awaitEnd();

            assertThat(tookMs).as("timeout and grace, once").isBetween(1900L, 3500L);
            assertThat(said.toString(StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("[")).toList())
                .as("printed past the logger").isEmpty();
        } finally {
            System.setErr(console);
            loose.countDown();
        }
    }

    private static InferencePort port(final Runnable onSubmit) {
        return new InferencePort() {
            @Override
            public long submit(final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
                onSubmit.run();
                return BridgeSession.BACK_PRESSURED;
            }

            @Override
            public int poll(final CompletionHandler handler, final int limit) {
                return 0;
            }

            @Override
            public void close() {
            }
        };
    }

    private static void stick(final CountDownLatch stuck, final CountDownLatch loose) {
        stuck.countDown();
        boolean isLoose = false;
        while (!isLoose) {
            try {
                isLoose = loose.await(10, TimeUnit.SECONDS);
            } catch (final InterruptedException ex) {
                isLoose = false; // A stage that does not listen.
            }
        }
    }
}
