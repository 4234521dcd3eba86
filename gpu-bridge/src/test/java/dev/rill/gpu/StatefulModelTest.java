package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A model whose frames build on each other: in order, whatever the window and the number of threads. */
@ParameterizedClass
@MethodSource("dev.rill.gpu.TestBridges#devices")
class StatefulModelTest {
    private static final Model BLEND = Model.builtIn("blend");
    private static final int FRAMES = 60;

    private final String device;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    StatefulModelTest(final String device) {
        this.device = device;
    }

    @Test
    void shouldBlendEachFrameWithTheResultBeforeIt() {
        try (Bridge bridge = TestBridges.launch(device, 3)) {
            for (final PixelFormat pixelFormat : PixelFormat.values()) {
                for (final int window : new int[] {1, 2, 5, 8}) {
                    blend(bridge, FrameFormat.of(pixelFormat, 66, 34), window);
                }
            }
        }
    }

    @Test
    void shouldBeginAnewInEverySessionAndLeaveOthersAlone() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 64, 32);
        try (Bridge bridge = TestBridges.launch(device, 2)) {
            for (int i = 0; i < 3; i++) {
                blend(bridge, format, 3);
            }
        }
    }

    private void blend(final Bridge bridge, final FrameFormat format, final int window) {
        final List<byte[]> results = new ArrayList<>();
        final List<byte[]> expected = new ArrayList<>();
        byte[] before = null;
        try (FramePool pool = bridge.newPool(format, 2 * window);
            BridgeSession session = bridge.openSession(BLEND, format, window)) {
            final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
                assertThat(status).isEqualTo(BridgeSession.OK);
                results.add(picture(out));
                in.release();
                out.release();
            };
            for (int frame = 0; frame < FRAMES; frame++) {
                while (session.inFlight() == window) {
                    session.poll(handler, 1);
                }
                final ModelParameters share = BLEND.parameters(Map.of("share", random.nextDouble()));
                final FrameSlot in = pool.acquire();
                final FrameSlot out = pool.acquire();
                final byte[] noise = new byte[format.sizeBytes()];
                random.nextBytes(noise);
                in.memory().put(0, noise);
                before = reference(format, picture(in), before, share.value("share"));
                expected.add(before);
                assertThat(session.submit(in, out, share)).isEqualTo(frame);
                in.release();
                out.release();
            }
            TestBridges.pollAll(session, handler, FRAMES - results.size());
        }
        for (int frame = 0; frame < FRAMES; frame++) {
            assertThat(results.get(frame)).as("%s %s window %d frame %d seed %d", device, format, window, frame, seed)
                .isEqualTo(expected.get(frame));
        }
    }

    private static byte[] reference(
        final FrameFormat format, final byte[] source, final byte[] before, final double share) {
        final int weight = (int) Math.floor(share * 256 + 0.5);
        final byte[] result = new byte[source.length];
        for (int i = 0; i < result.length; i++) {
            final int value = source[i] & 0xFF;
            final int previous = before == null ? value : before[i] & 0xFF;
            result[i] = (byte) (value + Math.floorDiv((previous - value) * weight + 128, 256));
        }
        return result;
    }

    /** Used bytes alone, row by row. */
    private static byte[] picture(final FrameSlot slot) {
        final FrameFormat format = slot.format();
        final byte[] bytes = new byte[(int) format.pictureBytes()];
        int at = 0;
        for (int plane = 0; plane < format.planeCount(); plane++) {
            for (int y = 0; y < format.planeRows(plane); y++) {
                slot.memory().get(format.planeOffset(plane) + y * format.planeStride(plane), bytes, at,
                    format.planeWidth(plane));
                at += format.planeWidth(plane);
            }
        }
        return bytes;
    }
}
