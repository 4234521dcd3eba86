package dev.rill.bench;

import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import dev.rill.gpu.TensorConverter;
import dev.rill.gpu.TensorFormat;
import dev.rill.gpu.internal.OffHeap;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Noise of 1280x720 to a planar tensor, and back. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TensorBenchmark extends AverageTimeBenchmark {
    /** Side of a square that the frame lies in between bars; 0 is the size of the frame. */
    @Param({"512", "0"})
    public int side;

    /** Of the tensor's values. */
    @Param({"F32", "F16", "U8"})
    public TensorFormat.Type type;

    private Bridge bridge;
    private FramePool pool;
    private FrameSlot frame;
    private TensorConverter converter;
    private OffHeap tensor;

    /** Makes frame, tensor and converter. */
    @Setup
    public void open() {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, 1280, 720);
        final TensorFormat form = TensorFormat.of(side == 0 ? format.width() : side, side == 0 ? format.height() : side)
            .fit(TensorFormat.Fit.LETTERBOX).type(type);
        bridge = Bridge.launch(new BridgeContext());
        pool = bridge.newPool(format, 1);
        frame = pool.acquire();
        converter = new TensorConverter(format, form);
        tensor = OffHeap.allocate(form.sizeBytes());
        final Random random = new Random(1);
        for (int plane = 0; plane < format.planeCount(); plane++) {
            final ByteBuffer samples = frame.plane(plane);
            for (int i = 0; i < samples.capacity(); i++) {
                samples.put(i, (byte) random.nextInt());
            }
        }
        converter.toTensor(frame, tensor.address());
    }

    /** Closes everything. */
    @TearDown
    public void close() {
        converter.close();
        tensor.close();
        frame.release();
        pool.close();
        bridge.close();
    }

    /** Frame to tensor. */
    @Benchmark
    public void toTensor() {
        converter.toTensor(frame, tensor.address());
    }

    /** Tensor to frame. */
    @Benchmark
    public void toFrame() {
        converter.toFrame(tensor.address(), frame);
    }
}
