package dev.rill.gpu;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.rill.gpu.internal.OffHeap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.CloseHelper;

/**
 * Tensors of one thread, bound once: a frame is converted into the memory that the graph reads, and the memory that it
 * writes is converted into the result. One thread at a time.
 */
final class OnnxLane implements AutoCloseable {
    private final OrtSession session;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();
    private final List<ByteBuffer> parameters = new ArrayList<>();
    private TensorConverter into;
    private TensorConverter back;
    private OffHeap input;
    private OffHeap output;

    OnnxLane(final OrtSession session, final OnnxFile file, final OnnxContext context, final FrameFormat format)
        throws OrtException {
        this.session = session;
        try {
            bind(file, context, format);
        } catch (final Throwable ex) {
            close();
            throw ex;
        }
    }

    void run(final FrameSlot in, final FrameSlot out, final double[] values) throws OrtException {
        for (int i = 0; i < values.length; i++) {
            parameters.get(i).putFloat(0, (float) values[i]);
        }
        into.toTensor(in, input.address());
        session.run(inputs, Set.of(), outputs).close();
        back.toFrame(output.address(), out);
    }

    @Override
    public void close() {
        // Tensors before the memory that they show.
        for (int i = parts.size() - 1; i >= 0; i--) {
            CloseHelper.quietClose(parts.get(i));
        }
        parts.clear();
    }

    private void bind(final OnnxFile file, final OnnxContext context, final FrameFormat format) throws OrtException {
        final OnnxImage taken = file.input().sized(format.width(), format.height());
        final OnnxImage given = file.output().sized(taken.width(), taken.height());
        into = keep(new TensorConverter(format, file.tensor(taken, context)));
        back = keep(new TensorConverter(format, file.tensor(given, context)));
        input = keep(OffHeap.allocate(into.tensor().sizeBytes()));
        output = keep(OffHeap.allocate(back.tensor().sizeBytes()));
        inputs.put(taken.name(), tensor(input.buffer(), taken.shape(), taken.javaType()));
        outputs.put(given.name(), tensor(output.buffer(), given.shape(), given.javaType()));
        for (final ParameterSpec parameter : file.parameters()) {
            final ByteBuffer value = keep(OffHeap.allocate(Float.BYTES)).buffer();
            parameters.add(value);
            inputs.put(parameter.name(), tensor(value, shapeOf(parameter.name()), OnnxJavaType.FLOAT));
        }
    }

    /** Without dimensions, or with some of one element. */
    private long[] shapeOf(final String name) throws OrtException {
        return ((ai.onnxruntime.TensorInfo) session.getInputInfo().get(name).getInfo()).getShape();
    }

    private OnnxTensor tensor(final ByteBuffer memory, final long[] shape, final OnnxJavaType type)
        throws OrtException {
        return keep(OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), memory, shape, type));
    }

    private <T extends AutoCloseable> T keep(final T part) {
        parts.add(part);
        return part;
    }
}
