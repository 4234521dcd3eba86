package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in ONNX files, which tests write themselves. */
class OnnxModelTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.I420, 64, 48);
    private static final long[] ANY_PLANAR = {1, 3, -1, -1};
    private static final long[] ANY_INTERLEAVED = {-1, -1, -1, 3};

    @TempDir
    private Path folder;
    private Bridge bridge;
    private String failure = "";

    @BeforeEach
    void launch() {
        bridge = TestBridges.launch("cpu", 2);
    }

    @AfterEach
    void close() {
        bridge.close();
        assertThat(bridge.outstandingSlots()).isZero();
        assertThat(bridge.openSessions()).isZero();
    }

    /** For colours that exist, the negative of red, green and blue is that of luma and chroma. */
    @ParameterizedTest
    @EnumSource(PixelFormat.class)
    void shouldGiveTheNegativeOfTheExample(final PixelFormat pixelFormat) throws IOException {
        final Model model = model("negative", OnnxExample.bytes("negative"));
        final FrameFormat format = FrameFormat.of(pixelFormat, 70, 46);

        assertThat(model.name()).isEqualTo("negative");
        assertThat(model.description()).isEqualTo("the negative of the picture");
        assertThat(model.parameters())
            .containsExactly(new ParameterSpec("strength", 0, 1, 1, "0 leaves the picture alone"));
        assertSame(run(model, format, model.defaults(), 4), run(Model.builtIn("invert"), format, null, 4), 1);
        assertSame(run(model, format, model.parameters(Map.of("strength", 0.0)), 2),
            run(Model.builtIn("identity"), format, null, 2), 0);
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, PLANAR", "FLOAT, INTERLEAVED", "FLOAT16, PLANAR", "FLOAT16, INTERLEAVED", "UINT8, PLANAR",
        "UINT8, INTERLEAVED"})
    void shouldSpeakToModelsInTheirTypeAndOrder(final String typeName, final TensorFormat.Layout layout)
        throws IOException {
        final int type = Map.of("FLOAT", OnnxGraph.FLOAT, "FLOAT16", OnnxGraph.FLOAT16, "UINT8", OnnxGraph.UINT8)
            .get(typeName);
        final long[] shape = layout == TensorFormat.Layout.PLANAR ? ANY_PLANAR : ANY_INTERLEAVED;
        final Model model = model("typed", new OnnxGraph("typed").input("in", type, shape).output("out", type, shape)
            .constant("white", new long[0], type == OnnxGraph.UINT8 ? 255 : 1).cast("floats", "in", OnnxGraph.FLOAT)
            .node("Sub", "negative", "white", "floats").cast("out", "negative", type).toBytes());

        assertSame(run(model, FORMAT, model.defaults(), 3), run(Model.builtIn("invert"), FORMAT, null, 3),
            type == OnnxGraph.UINT8 ? 3 : 1);
    }

    @Test
    void shouldScaleValuesAsTheFileSays() throws IOException {
        final Model model = model("scaled", new OnnxGraph("scaled")
            .input("in", OnnxGraph.FLOAT, ANY_PLANAR).output("out", OnnxGraph.FLOAT, ANY_PLANAR)
            .constant("centre", new long[] {1, 3, 1, 1}, 55 / 5f, 127.5f / 10, 155 / 10f)
            .node("Sub", "out", "centre", "in")
            .metadata("rill.scale", "255").metadata("rill.order", "bgr").metadata("rill.mean", "100, 0, 50")
            .metadata("rill.std", "5,20,10").toBytes());
        // (c - mean) / std becomes centre - that; back in colours: std * centre + 2 * mean - c = 255 - c.
        assertSame(run(model, FORMAT, model.defaults(), 2), run(Model.builtIn("invert"), FORMAT, null, 2), 1);
    }

    @Test
    void shouldResizeFramesToTheSizeOfTheModelAndBack() throws IOException {
        final Model model = model("sized", new OnnxGraph("sized")
            .input("in", OnnxGraph.FLOAT, 1, 3, 16, 32).output("out", OnnxGraph.FLOAT, 1, 3, 16, 32)
            .constant("white", new long[0], 1).node("Sub", "out", "white", "in").toBytes());
        final FramePool pool = bridge.newPool(FORMAT, 2);
        try (BridgeSession session = bridge.openSession(model, FORMAT, 1)) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            for (int plane = 0; plane < 3; plane++) {
                for (int i = 0; i < in.plane(plane).capacity(); i++) {
                    in.plane(plane).put(i, (byte) (100 + 10 * plane));
                }
            }
            submit(session, in, out, model.defaults());
            assertThat(out.plane(0).get(5)).isEqualTo((byte) 151);
            assertThat(out.plane(1).get(5)).isEqualTo((byte) 146);
            assertThat(out.plane(2).get(5)).isEqualTo((byte) 136);
            in.release();
            out.release();
        }
    }

    @Test
    void shouldLoadTheModelOnceForAllSessionsAndGiveItBackWithTheLast() throws IOException {
        final Model model = model("style", OnnxExample.bytes("style"));
        final OnnxModel backend = (OnnxModel) model.backend();
        for (int round = 0; round < 20; round++) {
            final List<BridgeSession> sessions = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                sessions.add(bridge.openSession(model, FORMAT, 2));
            }
            assertThat(backend.users()).isEqualTo(3);
            sessions.forEach(BridgeSession::close);
            assertThat(backend.users()).isZero();
        }
    }

    @Test
    void shouldCloseInTheMiddleOfFrames() throws IOException {
        final Model model = model("style", OnnxExample.bytes("style"));
        final FrameFormat format = FrameFormat.of(PixelFormat.NV12, 320, 240);
        final FramePool pool = bridge.newPool(format, 16);
        for (int round = 0; round < 5; round++) {
            final BridgeSession session = bridge.openSession(model, format, 8);
            for (int i = 0; i < 8; i++) {
                final FrameSlot in = pool.acquire();
                final FrameSlot out = pool.acquire();
                assertThat(session.submit(in, out, model.defaults())).isEqualTo(i);
                in.release();
                out.release();
            }
            session.close();
            assertThat(pool.outstanding()).isZero();
            assertThat(((OnnxModel) model.backend()).users()).isZero();
        }
    }

    @Test
    void shouldFailTheFrameThatAGraphCannotCompute() throws IOException {
        final Model model = model("picky", new OnnxGraph("picky")
            .input("in", OnnxGraph.FLOAT, ANY_PLANAR).output("out", OnnxGraph.FLOAT, ANY_PLANAR)
            .constant("other", new long[] {1, 3, 7, 5}, new float[105]).node("Add", "out", "in", "other").toBytes());

        run(model, FORMAT, model.defaults(), 0);
        final FramePool pool = bridge.newPool(FORMAT, 2);
        try (BridgeSession session = bridge.openSession(model, FORMAT, 1)) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            assertThat(submit(session, in, out, model.defaults())).isEqualTo(BridgeSession.KERNEL_FAILED);
            assertThat(failure).contains("Add");
            in.release();
            out.release();
        }
    }

    @Test
    void shouldNameWhatIsWrongWithAFile() {
        refused(new byte[0], "");
        refused("not a model".getBytes(StandardCharsets.UTF_8), "");
        refused(graph().input("a", OnnxGraph.FLOAT, 1, 3).output("b", OnnxGraph.FLOAT, 1, 3)
            .node("Neg", "b", "a"), "0 inputs of four dimensions among [a]");
        refused(graph().input("a", OnnxGraph.FLOAT, ANY_PLANAR).input("b", OnnxGraph.FLOAT, ANY_PLANAR)
            .output("c", OnnxGraph.FLOAT, ANY_PLANAR).node("Add", "c", "a", "b"), "2 inputs of four dimensions");
        refused(graph().input("a", OnnxGraph.FLOAT, 1, 4, 8, 8).output("b", OnnxGraph.FLOAT, 1, 4, 8, 8)
            .node("Neg", "b", "a"), "input 'a' has shape [1, 4, 8, 8]");
        refused(graph().input("a", OnnxGraph.FLOAT, 2, 3, 8, 8).output("b", OnnxGraph.FLOAT, 2, 3, 8, 8)
            .node("Neg", "b", "a"), "input 'a' has shape [2, 3, 8, 8]");
        refused(graph().input("a", OnnxGraph.DOUBLE, ANY_PLANAR).output("b", OnnxGraph.DOUBLE, ANY_PLANAR)
            .node("Neg", "b", "a"), "input 'a' is of type DOUBLE");
        refused(graph().input("a", OnnxGraph.FLOAT, 1, 3, 8, 99999).output("b", OnnxGraph.FLOAT, 1, 3, 8, 99999)
            .node("Neg", "b", "a"), "a side of 99999");
        refused(graph().input("a", OnnxGraph.FLOAT, ANY_PLANAR).output("b", OnnxGraph.FLOAT, 1)
            .node("Size", "s", "a").cast("b", "s", OnnxGraph.FLOAT), "no output of four dimensions");
        refused(graph().input("a", OnnxGraph.FLOAT, ANY_PLANAR).input("s", OnnxGraph.FLOAT, 3)
            .output("b", OnnxGraph.FLOAT, ANY_PLANAR).node("Neg", "b", "a"), "input 's' is");
        refused(graph().input("a", OnnxGraph.FLOAT, ANY_PLANAR).input("s", OnnxGraph.FLOAT)
            .output("b", OnnxGraph.FLOAT, ANY_PLANAR).node("Mul", "b", "a", "s")
            .metadata("rill.param.s", "0,1"), "metadata rill.param.s=0,1, expected 3 numbers");
        refused(graph().input("a", OnnxGraph.FLOAT, ANY_PLANAR).input("s", OnnxGraph.FLOAT)
            .output("b", OnnxGraph.FLOAT, ANY_PLANAR).node("Mul", "b", "a", "s")
            .metadata("rill.param.s", "0,1,2"), "the default between them");
    }

    @Test
    void shouldNameWhatIsWrongWithFileAndSizeWhenASessionOpens() throws IOException {
        final Model model = model("wide", graph().input("a", OnnxGraph.FLOAT, 1, 3, 16384, 16384)
            .output("b", OnnxGraph.FLOAT, 1, 3, 16384, 16384).node("Neg", "b", "a").toBytes());

        assertThatThrownBy(() -> bridge.openSession(model, FORMAT, 1)).isInstanceOf(BridgeException.class)
            .hasMessageContaining("session wide").hasMessageContaining("16384x16384 pixels");
        assertThat(((OnnxModel) model.backend()).users()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "provider", "threads"})
    void shouldNameWhatIsWrongWithOptions(final String what) throws IOException {
        final Path file = Files.write(folder.resolve("n.onnx"), OnnxExample.bytes("negative"));
        final OnnxContext context = new OnnxContext().file("missing".equals(what) ? folder.resolve("no") : file)
            .provider("provider".equals(what) ? "abacus" : "cpu").threads("threads".equals(what) ? 0 : 1);

        assertThatThrownBy(() -> Model.onnx(context)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(Map.of("missing", "no", "provider", "abacus", "threads", "threads=0").get(what));
    }

    /** The build that is on the class path has none. */
    @Test
    void shouldNameAProviderThatTheBuildLacks() throws IOException {
        final Path file = Files.write(folder.resolve("n.onnx"), OnnxExample.bytes("negative"));

        assertThatThrownBy(() -> Model.onnx(new OnnxContext().file(file).provider("cuda")))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("n.onnx").hasMessageContaining("CUDA");
    }

    @Test
    void shouldSayThatOnnxRuntimeIsMissingAndLeaveTheRestAlone() throws Exception {
        final Path file = Files.write(folder.resolve("n.onnx"), OnnxExample.bytes("negative"));
        final List<URL> others = new ArrayList<>();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("onnxruntime") && !entry.endsWith("rill.jar")) { // Whose manifest names it.
                others.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader = new URLClassLoader(
            others.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            final Class<?> model = loader.loadClass(Model.class.getName());
            final Class<?> context = loader.loadClass(OnnxContext.class.getName());
            final Object options = context.getConstructor().newInstance();
            context.getMethod("file", Path.class).invoke(options, file);

            assertThat((List<?>) model.getMethod("builtIns").invoke(null)).hasSize(6);
            assertThatThrownBy(() -> model.getMethod("onnx", context).invoke(null, options))
                .isInstanceOf(InvocationTargetException.class).cause()
                .hasMessageContaining("com.microsoft.onnxruntime").hasMessageContaining("not on the class path");
        }
    }

    private static OnnxGraph graph() {
        return new OnnxGraph("");
    }

    private void refused(final OnnxGraph graph, final String reason) {
        refused(graph.toBytes(), reason);
    }

    private void refused(final byte[] bytes, final String reason) {
        assertThatThrownBy(() -> model("wrong", bytes)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("wrong.onnx").hasMessageContaining(reason);
    }

    private Model model(final String name, final byte[] bytes) throws IOException {
        return Model.onnx(new OnnxContext().file(Files.write(folder.resolve(name + ".onnx"), bytes)));
    }

    private List<byte[]> run(
        final Model model, final FrameFormat format, final ModelParameters parameters, final int count) {
        final List<byte[]> pictures = new ArrayList<>();
        final Random random = new Random(7);
        try (FramePool pool = bridge.newPool(format, 2); BridgeSession session = bridge.openSession(model, format, 1)) {
            for (int i = 0; i < count; i++) {
                final FrameSlot in = pool.acquire();
                final FrameSlot out = pool.acquire();
                for (int at = 0; at < format.sizeBytes(); at++) {
                    in.memory().put(at, (byte) (112 + random.nextInt(32)));
                }
                assertThat(submit(session, in, out, parameters == null ? model.defaults() : parameters))
                    .as(() -> session.failure()).isZero();
                pictures.add(WorkerRig.picture(out));
                in.release();
                out.release();
            }
        }
        return pictures;
    }

    private int submit(
        final BridgeSession session, final FrameSlot in, final FrameSlot out, final ModelParameters parameters) {
        final int[] result = new int[1];
        assertThat(session.submit(in, out, parameters)).isNotNegative();
        TestBridges.pollAll(session, (ticket, status, a, b, version, startNs, endNs) -> {
            result[0] = status;
            failure = session.failure();
            a.release();
            b.release();
        }, 1);
        return result[0];
    }

    private static void assertSame(final List<byte[]> actual, final List<byte[]> expected, final int tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            for (int at = 0; at < actual.get(i).length; at++) {
                assertThat(Math.abs((actual.get(i)[at] & 0xff) - (expected.get(i)[at] & 0xff)))
                    .as("levels by which byte %d of frame %d differs", at, i).isLessThanOrEqualTo(tolerance);
            }
        }
    }
}
