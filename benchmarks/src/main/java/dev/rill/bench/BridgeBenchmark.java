package dev.rill.bench;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import dev.rill.gpu.PixelFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** One frame through a session of the bridge, submit to polled completion, one in flight. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BridgeBenchmark extends AverageTimeBenchmark {
    /** Device, by its name in the device list. */
    @Param({"cpu", "java"})
    public String device;

    /** Built-in model. */
    @Param({"identity", "tint", "edge"})
    public String model;

    private final CompletionHandler release = (ticket, status, in, out, version, startNs, endNs) -> {
        in.release();
        out.release();
    };
    private Bridge bridge;
    private FramePool pool;
    private BridgeSession session;
    private ModelParameters parameters;

    /** Opens device, pool and session for 1280x720 frames. */
    @Setup
    public void open() {
        bridge = Bridge.launch(new BridgeContext().device(device));
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 1280, 720);
        pool = bridge.newPool(format, 4);
        parameters = Model.builtIn(model).defaults();
        session = bridge.openSession(Model.builtIn(model), format, 2);
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        session.close();
        pool.close();
        bridge.close();
    }

    /**
     * Submits one frame and spins until it is done.
     *
     * @return its ticket.
     */
    @Benchmark
    public long submitAndPoll() {
        final FrameSlot in = pool.acquire();
        final FrameSlot out = pool.acquire();
        final long ticket = session.submit(in, out, parameters);
        in.release();
        out.release();
        while (session.poll(release, 1) == 0) {
            Thread.onSpinWait();
        }
        return ticket;
    }
}
