package dev.rill.frame.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.frame.FramePassport;
import dev.rill.frame.FramePipelineListener;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.media.SampleMedia;
import dev.rill.frame.media.Skip;
import dev.rill.frame.source.DecodedSource;
import dev.rill.frame.source.FrameNumber;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.Model;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and bodies through a model: every picture, once, in order, or nothing at all. */
@Timeout(60)
class BatchRunnerTest {
    private static final int FRAMES = 50;

    private final Bridge bridge = Bridge.launch(new BridgeContext().device("java"));

    @TempDir
    private Path folder;

    @AfterEach
    void assertNothingLeft() throws IOException {
        assertThat(bridge.outstandingSlots()).as("slots not given back").isZero();
        assertThat(bridge.openSessions()).isZero();
        assertThat(bridge.openPools()).isZero();
        bridge.close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                .as("files").allMatch(name -> name.startsWith("in.") || name.startsWith("out."));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "libopenh264, aac,       in.mp4,  out.mp4, 0",
        "libopenh264, aac,       in.mp4,  out.ts,  0",
        "mpeg4,       aac,       in.mp4,  out.mkv, 2",
        "mjpeg,       pcm_s16le, in.avi,  out.mkv, 0",
        "libvpx-vp9,  libopus,   in.webm, out.mkv, 0",
        "mpeg4,       '',        in.mkv,  out.mp4, 0"})
    void shouldHaveEveryPictureOfAFilmInOrder(
        final String video, final String audio, final String input, final String output, final int reordered)
        throws Exception {
        Skip.unless(SampleMedia.has(video), "this FFmpeg build has no encoder " + video);
        final Path in = new SampleMedia().video(video).audio(audio).frames(FRAMES).reordered(reordered)
            .write(folder.resolve(input));

        final BatchResult result = run(new BatchContext().input(in.toString()).output(folder.resolve(output)));

        assertThat(result.stats().framesIn()).isEqualTo(FRAMES);
        assertThat(result.stats().framesOut()).isEqualTo(FRAMES);
        assertThat(result.stats().droppedTotal()).isZero();
        assertThat(result.stats().audioPacketsOut()).isEqualTo(result.stats().audioPacketsIn());
        assertThat(result.stats().audioPacketsOut() > 0).isEqualTo(!audio.isEmpty());
        assertThat(result.warnings()).isZero();
        assertThat(numbers(folder.resolve(output))).isEqualTo(LongStream.range(0, FRAMES).boxed().toList());
    }

    @Test
    void shouldTakeABodyAndGiveOne() throws Exception {
        final byte[] body = Files.readAllBytes(film());
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        run(new BatchContext().input(new ByteArrayInputStream(body), body.length).output(out, "mp4"));

        final Path copy = Files.write(folder.resolve("out.mp4"), out.toByteArray());
        assertThat(numbers(copy)).hasSize(FRAMES);
    }

    @Test
    void shouldTellHowFarItIs() throws Exception {
        final CountDownLatch tenOut = new CountDownLatch(10);
        final CountDownLatch goOn = new CountDownLatch(1);
        final BatchContext context = new BatchContext().input(film().toString()).output(folder.resolve("out.mp4"))
            .listener(onPublished(() -> {
                tenOut.countDown();
                if (tenOut.getCount() == 0) {
                    await(goOn);
                }
            }));
        try (BatchRunner batch = launch(context)) {
            await(tenOut);

            assertThat(batch.progress().framesExpected()).isEqualTo(FRAMES);
            assertThat(batch.progress().fraction()).isEqualTo(0.2);
            assertThat(batch.isOver()).isFalse();
            assertThat(folder.resolve("out.mp4")).as("before all of it is there").doesNotExist();
            goOn.countDown();
            batch.await();
            assertThat(batch.progress().fraction()).isEqualTo(1);
            assertThat(batch.isOver()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 30, 49})
    void shouldLeaveNothingWhenItIsCancelled(final int after) throws Exception {
        final CountDownLatch reached = new CountDownLatch(after);
        final BatchContext context = new BatchContext().input(film().toString()).output(folder.resolve("out.mp4"))
            .listener(onPublished(reached::countDown));
        try (BatchRunner batch = launch(context)) {
            await(reached);
            batch.cancel();

            assertThatThrownBy(batch::await).isInstanceOf(MediaException.class).hasMessageContaining("cancelled");
        }
        assertThat(folder.resolve("out.mp4")).doesNotExist();
    }

    @Test
    void shouldKeepTheFormerResultWhenItFails() throws Exception {
        final Path out = Files.writeString(folder.resolve("out.mp4"), "former");
        final BatchContext context =
            new BatchContext().input(film().toString()).output(out).encoderName("no-such-encoder");

        assertThatThrownBy(() -> run(context)).isInstanceOf(MediaException.class)
            .hasMessageContaining("no-such-encoder");

        assertThat(out).hasContent("former");
    }

    @Test
    void shouldDeliverWhatATruncatedFilmHasAndWarn() throws Exception {
        final Path whole = new SampleMedia().frames(FRAMES).faststart().write(folder.resolve("in.whole.mp4"));
        final Path in = SampleMedia.truncate(whole, folder.resolve("in.mp4"), 0.6);

        final BatchResult result = run(new BatchContext().input(in.toString()).output(folder.resolve("out.mp4")));

        assertThat(result.warnings()).isPositive();
        assertThat(result.stats().framesOut()).isEqualTo(result.stats().framesIn()).isBetween(10L, FRAMES - 1L);
    }

    @Test
    void shouldRefuseAnExtensionThatIsNone() {
        final BatchContext context =
            new BatchContext().input(film().toString()).output(new ByteArrayOutputStream(), "../ts");

        assertThatThrownBy(() -> launch(context)).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("output: expected the extension of a file, actual ../ts");
    }

    @Test
    void shouldRefuseABodyThatIsTooLong() throws Exception {
        final byte[] body = Files.readAllBytes(film());
        final BatchContext context = new BatchContext()
            .input(new ByteArrayInputStream(body), body.length - 1).output(folder.resolve("out.mp4"));

        assertThatThrownBy(() -> run(context)).isInstanceOf(MediaException.class)
            .hasMessage("body: expected at most " + (body.length - 1) + " bytes, actual more");
    }

    @Test
    void shouldNameAnInputThatIsNoMedium() throws Exception {
        final Path in = Files.write(folder.resolve("in.mp4"), new byte[5_000]);
        final BatchContext context = new BatchContext().input(in.toString()).output(folder.resolve("out.mp4"));

        assertThatThrownBy(() -> run(context)).isInstanceOf(MediaException.class).hasMessageContaining("in.mp4")
            .hasMessageContaining("expected media");
    }

    @ParameterizedTest
    @CsvSource({
        "missing/out.mp4, directory, does not exist",
        "out.avi,         expected a name that ends in, .avi",
        "out.png,         expected a still picture, in.mp4"})
    void shouldNameAnOutputThatCannotBe(final String output, final String first, final String second)
        throws Exception {
        final BatchContext context =
            new BatchContext().input(film().toString()).output(folder.resolve(output));

        assertThatThrownBy(() -> run(context)).isInstanceOf(MediaException.class).hasMessageContaining(first)
            .hasMessageContaining(second);
    }

    @Test
    void shouldNameAContainerThatCannotHoldTheSound() throws Exception {
        final Path in = new SampleMedia().audio("libopus").frames(5).write(folder.resolve("in.mkv"));
        final BatchContext context = new BatchContext().input(in.toString()).output(folder.resolve("out.mov"));

        assertThatThrownBy(() -> run(context)).isInstanceOf(MediaException.class)
            .hasMessageContaining("result " + folder.resolve("out.mov") + ":").hasMessageContaining("opus");
    }

    @Test
    void shouldLeaveNoFileOpenWhenTheResultFails() throws Exception {
        final Path in = new SampleMedia().audio("libopus").frames(5).write(folder.resolve("in.mkv"));
        for (int round = 0; round < 3; round++) {
            assertThatThrownBy(() -> run(
                new BatchContext().input(in.toString()).output(folder.resolve("out.mov"))))
                .isInstanceOf(MediaException.class);
        }

        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.map(BatchRunnerTest::target).filter(name -> name.contains(folder.toString()))).isEmpty();
        }
    }

    private static String target(final Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (final IOException ex) {
            return ""; // That of the listing itself is gone already.
        }
    }

    @Test
    void shouldNameABodyThatTakesNothing() throws Exception {
        final OutputStream closed = new OutputStream() {
            @Override
            public void write(final int octet) throws IOException {
                throw new IOException("peer is gone");
            }
        };
        final BatchContext context = new BatchContext().input(film().toString()).output(closed, "ts");

        try (BatchRunner batch = launch(context)) {
            for (int wait = 0; wait < 2; wait++) {
                assertThatThrownBy(batch::await).isInstanceOf(MediaException.class)
                    .hasMessageContaining("result body").hasMessageContaining("peer is gone");
            }
        }
    }

    private Path film() {
        return new SampleMedia().audio("aac").frames(FRAMES).write(folder.resolve("in.mp4"));
    }

    private BatchResult run(final BatchContext context) throws InterruptedException {
        try (BatchRunner batch = launch(context)) {
            return batch.await();
        }
    }

    private BatchRunner launch(final BatchContext context) {
        return BatchRunner.launch(context.bridge(bridge).model(Model.builtIn("identity")));
    }

    private List<Long> numbers(final Path film) {
        final List<Long> numbers = new ArrayList<>();
        try (DecodedSource source =
            DecodedSource.open(film.toString(), bridge, new PacketPool(), SystemNanoClock.INSTANCE,
                DecodedSource.MAX_PIXELS_DEFAULT, null)) {
            while (source.read((slot, pts, arrivalNs, keyframe) -> {
                numbers.add(FrameNumber.read(slot));
                slot.release();
            }, packet -> packet.release()) != DecodedSource.ENDED) {
                continue;
            }
        }
        return numbers;
    }

    private static FramePipelineListener onPublished(final Runnable action) {
        return new FramePipelineListener() {
            @Override
            public void onFramePublished(final FramePassport passport) {
                action.run();
            }
        };
    }

    private static void await(final CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }
}
