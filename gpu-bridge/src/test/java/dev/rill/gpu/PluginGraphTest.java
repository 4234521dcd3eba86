package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The work of plug-ins as graphs, on a driver that counts and fails on request. */
@Timeout(60)
class PluginGraphTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.NV12, 64, 32);
    private static final int WINDOW = 4;
    private static final int FRAMES = 100;

    private Simulator simulator;

    @BeforeEach
    void prepare() {
        simulator = Simulator.assumePresent();
    }

    @AfterEach
    void assertNothingLeft() {
        if (simulator != null) {
            simulator.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mark", "mark-tensors"})
    void shouldLaunchConversionsAndModelAsOneOnceTheyAreCaptured(final String name) {
        run(name, (session, pool) -> {
            frames(session, pool, 0, 2 * WINDOW, 5);
            assertThat(simulator.count("cuStreamBeginCapture_v2")).as("places of the window").isEqualTo(WINDOW);
            simulator.reset();

            frames(session, pool, 2 * WINDOW, FRAMES, 5);

            assertThat(simulator.count("cuGraphLaunch")).isEqualTo(FRAMES);
            assertThat(simulator.count("cuLaunchKernel")).isZero();
            final long measured = simulator.count("cuEventElapsedTime") / 3;
            assertThat(simulator.count("all")).as("all calls").isEqualTo(8 * FRAMES + 9 * measured);
            assertThat(simulator.count("kernel")).isEqualTo("mark".equals(name) ? 0 : 2 * FRAMES);
        });
    }

    @Test
    void shouldGoStepByStepWhereThePluginDoesNotSayThatItCanBeCaptured() {
        run("mark-steps", (session, pool) -> {
            frames(session, pool, 0, FRAMES, 5);

            assertThat(simulator.count("cuStreamBeginCapture_v2")).isZero();
            assertThat(simulator.count("cuGraphLaunch")).isZero();
        });
    }

    @Test
    void shouldCaptureNothingWhileValuesChangeWithEveryFrame() {
        run("mark", (session, pool) -> {
            for (int i = 0; i < FRAMES; i++) {
                frames(session, pool, i, 1, i % 200);
            }
            assertThat(simulator.count("cuStreamBeginCapture_v2")).isZero();

            frames(session, pool, FRAMES, 2, 7);
            assertThat(simulator.count("cuGraphLaunch")).as("second frame with the same values").isEqualTo(1);
        });
    }

    @ParameterizedTest
    @CsvSource({"cuStreamBeginCapture_v2,1", "cuStreamEndCapture,1", "cuStreamEndCapture,3",
        "cuGraphInstantiateWithFlags,1", "cuGraphInstantiateWithFlags,2"})
    void shouldGoOnStepByStepWhereCapturingFails(final String function, final int call) {
        run("mark-tensors", (session, pool) -> {
            simulator.fault(function, call, 901);
            frames(session, pool, 0, FRAMES, 5);
            final long captures = simulator.count("cuStreamBeginCapture_v2");
            assertThat(captures).as("captures until one failed").isEqualTo(call);

            frames(session, pool, FRAMES, FRAMES, 6);
            assertThat(simulator.count("cuStreamBeginCapture_v2")).as("never again").isEqualTo(captures);
        });
    }

    @Test
    void shouldForgetAFailureThatIsNoFrames() {
        run("faulty-capture", (session, pool) -> {
            for (int i = 0; i < FRAMES; i++) {
                final FrameSlot in = pool.acquire();
                final FrameSlot out = pool.acquire();
                session.submit(in, out, session.model().defaults());
                TestBridges.pollAll(session, (ticket, status, from, to, version, startNs, endNs) -> {
                    assertThat(status).as("frame %d", ticket).isEqualTo(BridgeSession.OK);
                    from.release();
                    to.release();
                }, 1);
                in.release();
                out.release();
            }
            assertThat(session.failure()).isEmpty();
            assertThat(simulator.count("cuStreamBeginCapture_v2")).isEqualTo(1);
            assertThat(simulator.count("cuGraphLaunch")).isZero();
        });
    }

    @Test
    void shouldLoseTheDeviceWhenTheWorkCannotBeLaunched() {
        run("mark", (session, pool) -> {
            frames(session, pool, 0, 2 * WINDOW, 5);
            simulator.fault("cuGraphLaunch", 1, 700);
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();

            assertThat(session.submit(in, out, session.model().parameters(Map.of("level", 5.0))))
                .isEqualTo(BridgeSession.DEVICE_LOST);

            in.release();
            out.release();
            assertThat(pool.outstanding()).isZero();
        });
    }

    private interface Use {
        void of(BridgeSession session, FramePool pool);
    }

    private static void run(final String name, final Use use) {
        final Model model = Model.plugin(Plugins.assumePresent(name));
        try (Bridge bridge = Bridge.launch(new BridgeContext().device("simulator"));
            FramePool pool = bridge.newPool(FORMAT, 8);
            BridgeSession session = bridge.openSession(model, FORMAT, WINDOW)) {
            use.of(session, pool);
        }
    }

    /** One after the other, each with its result checked. */
    private static void frames(
        final BridgeSession session, final FramePool pool, final int first, final int count, final int level) {
        final ModelParameters parameters = session.model().parameters(Map.of("level", (double) level));
        for (int i = first; i < first + count; i++) {
            final FrameSlot in = pool.acquire();
            final FrameSlot out = pool.acquire();
            in.memory().put(FORMAT.planeStride(0) * 31, (byte) i);
            assertThat(session.submit(in, out, parameters)).isEqualTo(i);
            TestBridges.pollAll(session, (ticket, status, from, to, version, startNs, endNs) -> {
                assertThat(status).isEqualTo(BridgeSession.OK);
                from.release();
                to.release();
            }, 1);
            assertThat(out.memory().get(0)).isEqualTo((byte) level);
            assertThat(out.memory().get(FORMAT.planeStride(0) * 31)).isEqualTo((byte) i);
            in.release();
            out.release();
        }
    }
}
