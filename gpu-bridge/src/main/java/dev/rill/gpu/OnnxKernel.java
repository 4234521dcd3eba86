package dev.rill.gpu;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** Frames through a graph, on several threads at once: each has a lane of its own, made when its first frame comes. */
final class OnnxKernel implements HostKernel {
    private final OnnxModel model;
    private final OrtSession session;
    private final OnnxFile file;
    private final OnnxContext context;
    private final FrameFormat format;
    private final OnnxLane[] lanes;

    OnnxKernel(
        final OnnxModel model, final OrtSession session, final OnnxFile file, final OnnxContext context,
        final FrameFormat format, final int threads) throws OrtException {
        this.model = model;
        this.session = session;
        this.file = file;
        this.context = context;
        this.format = format;
        lanes = new OnnxLane[threads];
        lanes[0] = newLane(); // What cannot be done is told when the session opens.
    }

    @Override
    public void run(final int worker, final FrameSlot in, final FrameSlot out, final double[] values)
        throws OrtException {
        if (lanes[worker] == null) {
            lanes[worker] = newLane();
        }
        lanes[worker].run(in, out, values);
    }

    @Override
    public void close() {
        try {
            for (final OnnxLane lane : lanes) {
                if (lane != null) {
                    lane.close();
                }
            }
        } finally {
            model.release();
        }
    }

    private OnnxLane newLane() throws OrtException {
        return new OnnxLane(session, file, context, format);
    }
}
