package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A million frames through sessions and pools that come and go: native memory stays where it was. */
@Tag("long")
@Timeout(600)
class BridgeEnduranceTest {
    private static final FrameFormat FORMAT = FrameFormat.of(PixelFormat.NV12, 64, 32);
    private static final Model INVERT = Model.builtIn("invert");
    private static final int FRAMES = 1_000_000;
    private static final int FRAMES_OF_A_SESSION = 2_500;
    private static final int WINDOW = 4;
    private static final long ALLOWED_GROWTH = 24L << 20;

    @ParameterizedTest
    @MethodSource("dev.rill.gpu.TestBridges#devices")
    void shouldKeepNativeMemoryFlatOverAMillionFrames(final String device) throws IOException {
        long after = 0;
        try (Bridge bridge = TestBridges.launch(device, 2)) {
            for (int done = 0; done < FRAMES; done += FRAMES_OF_A_SESSION) {
                runSession(bridge);
                if (done == FRAMES / 10) {
                    after = residentBytes();
                }
            }
            assertThat(residentBytes() - after).as("growth of resident memory over 900000 frames on %s", device)
                .isLessThan(ALLOWED_GROWTH);
            assertThat(bridge.outstandingSlots()).isZero();
            assertThat(bridge.openPools()).isZero();
        }
    }

    private static void runSession(final Bridge bridge) {
        final ModelParameters parameters = INVERT.defaults();
        final int[] polled = {0};
        final CompletionHandler handler = (ticket, status, in, out, version, startNs, endNs) -> {
            in.release();
            out.release();
            polled[0] += status == BridgeSession.OK ? 1 : 0;
        };
        try (FramePool pool = bridge.newPool(FORMAT, 2 * WINDOW);
            BridgeSession session = bridge.openSession(INVERT, FORMAT, WINDOW)) {
            int submitted = 0;
            while (polled[0] < FRAMES_OF_A_SESSION) {
                while (submitted < FRAMES_OF_A_SESSION && session.inFlight() < WINDOW) {
                    final FrameSlot in = pool.acquire();
                    final FrameSlot out = pool.acquire();
                    requireTaken(session.submit(in, out, parameters));
                    in.release();
                    out.release();
                    submitted++;
                }
                if (session.poll(handler, WINDOW) == 0) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    /** Garbage of assertions would show as growth of the heap. */
    private static void requireTaken(final long ticket) {
        if (ticket < 0) {
            throw new AssertionError("submit answered " + ticket);
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
    }
}
