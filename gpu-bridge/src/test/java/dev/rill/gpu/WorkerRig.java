package dev.rill.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.testing.NumPy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A bridge with a session of a model in a Python file, and what came of its frames. */
final class WorkerRig implements AutoCloseable {
    static final int WINDOW = 4;

    final Bridge bridge;
    final Model model;
    final FrameFormat format;
    final FramePool inputs;
    final FramePool results;
    final BridgeSession session;
    final List<Integer> statuses = new ArrayList<>();
    final List<byte[]> pictures = new ArrayList<>();
    private final CompletionHandler handler = this::onCompletion;

    WorkerRig(final String device, final FrameFormat format, final WorkerContext context) {
        this(device, format, Model.worker(context));
    }

    WorkerRig(final String device, final FrameFormat format, final Model model) {
        this.format = format;
        this.model = model;
        bridge = TestBridges.launch(device, 1);
        try {
            inputs = bridge.newPool(format, WINDOW);
            results = bridge.newResultPool(format, WINDOW);
            session = bridge.openSession(model, format, WINDOW);
        } catch (final RuntimeException ex) {
            bridge.close();
            throw ex;
        }
    }

    /** A model file; {@code numpy as np}, {@code os}, {@code sys} and {@code time} are there. */
    static WorkerContext script(final Path folder, final String name, final String... lines) {
        final Path file = folder.resolve(name + ".py");
        try {
            Files.writeString(file, "import os, sys, time\nimport numpy as np\n" + String.join("\n", lines) + "\n");
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return new WorkerContext().script(file).python(NumPy.interpreter());
    }

    /** Submits one frame; its ticket or a code, BACK_PRESSURED also while every slot is out. */
    long submit(final ModelParameters parameters, final Random random) {
        if (inputs.available() == 0 || results.available() == 0) {
            return BridgeSession.BACK_PRESSURED;
        }
        final FrameSlot in = inputs.acquire();
        final FrameSlot out = results.acquire();
        fill(in, random);
        final long ticket = session.submit(in, out, parameters);
        in.release();
        out.release();
        return ticket;
    }

    long submit() {
        return submit(model.defaults(), new Random(1));
    }

    /** Submits one frame as soon as there is a process for it; its ticket or a code. */
    long submitWhenReady(final ModelParameters parameters, final long seed) {
        final long[] ticket = new long[1];
        TestBridges.await(() -> {
            ticket[0] = submit(parameters, new Random(seed));
            return ticket[0] != BridgeSession.BACK_PRESSURED;
        }, () -> session + ": no process, " + session.failure());
        return ticket[0];
    }

    long submitWhenReady() {
        return submitWhenReady(model.defaults(), 1);
    }

    /** Waits until as many frames are completed in all. */
    void awaitCompleted(final int count) {
        TestBridges.await(() -> {
            session.poll(handler, WINDOW);
            return statuses.size() >= count;
        }, () -> session + ": completed " + statuses + " of " + count + ", " + session.failure());
    }

    /** Runs frames one after the other; their statuses. */
    List<Integer> run(final int count) {
        for (int i = 0; i < count; i++) {
            assertThat(submitWhenReady()).isNotNegative();
            awaitCompleted(statuses.size() + 1);
        }
        return statuses.subList(statuses.size() - count, statuses.size());
    }

    /** Frames of these seeds through a built-in model on the same device. */
    List<byte[]> reference(
        final Model builtIn, final Map<String, Double> parameters, final long seed, final int count) {
        final List<byte[]> expected = new ArrayList<>();
        try (BridgeSession other = bridge.openSession(builtIn, format, 1);
            FramePool pool = bridge.newPool(format, 2)) {
            for (int i = 0; i < count; i++) {
                final FrameSlot in = pool.acquire();
                final FrameSlot out = pool.acquire();
                fill(in, new Random(seed + i));
                assertThat(other.submit(in, out, builtIn.parameters(parameters))).isNotNegative();
                TestBridges.pollAll(other, (ticket, status, a, b, version, startNs, endNs) -> {
                    expected.add(picture(b));
                    a.release();
                    b.release();
                }, 1);
                in.release();
                out.release();
            }
        }
        return expected;
    }

    @Override
    public void close() {
        bridge.close();
        assertThat(bridge.outstandingSlots()).as("slots that did not return").isZero();
        assertThat(bridge.openPools()).isZero();
        assertThat(bridge.openSessions()).isZero();
    }

    /** The used bytes of all planes, row after row. */
    static byte[] picture(final FrameSlot slot) {
        final FrameFormat format = slot.format();
        final byte[] bytes = new byte[(int) format.pictureBytes()];
        int at = 0;
        for (int plane = 0; plane < format.planeCount(); plane++) {
            for (int row = 0; row < format.planeRows(plane); row++) {
                slot.memory().get(format.planeOffset(plane) + row * format.planeStride(plane), bytes, at,
                    format.planeWidth(plane));
                at += format.planeWidth(plane);
            }
        }
        return bytes;
    }

    private static void fill(final FrameSlot slot, final Random random) {
        final byte[] bytes = new byte[slot.format().sizeBytes()];
        random.nextBytes(bytes);
        slot.memory().put(0, bytes);
    }

    private void onCompletion(
        final long ticket, final int status, final FrameSlot in, final FrameSlot out, final long version,
        final long startNs, final long endNs) {
        assertThat(ticket).as("order").isEqualTo(statuses.size());
        statuses.add(status);
        pictures.add(picture(out));
        in.release();
        out.release();
    }
}
