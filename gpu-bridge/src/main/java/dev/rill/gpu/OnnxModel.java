package dev.rill.gpu;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.rill.gpu.internal.CompletionBlock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Opens sessions of a model in an ONNX file. ONNX Runtime keeps one environment for the process, which nobody can
 * close; the model itself is loaded when the first session needs it and given back with the last.
 */
final class OnnxModel implements ModelBackend {
    private final OnnxContext context;
    private final OnnxFile file;
    private OrtSession loaded;
    private int users;

    private OnnxModel(final OnnxContext context) throws OrtException {
        this.context = context;
        try (OrtSession session = load()) {
            file = OnnxFile.of(session);
        }
    }

    static Model of(final OnnxContext context) {
        final String name = context.file().getFileName().toString().replaceFirst("\\.onnx$", "");
        try {
            final OnnxModel backend = new OnnxModel(context);
            return new Model(name, backend.file.description(), backend.file.parameters(), backend);
        } catch (final OrtException | IllegalArgumentException ex) {
            throw new IllegalArgumentException("model file '" + context.file() + "': " + ex.getMessage());
        } catch (final UnsatisfiedLinkError ex) {
            throw new IllegalArgumentException(
                "model file '" + context.file() + "': ONNX Runtime cannot be used here: " + ex.getMessage());
        }
    }

    @Override
    public DeviceSession open(
        final Bridge bridge, final Device device, final Model model, final FrameFormat format, final int window,
        final CompletionBlock block) {
        final HostExecutor executor = bridge.hostExecutor();
        final HostKernel kernel;
        try {
            final OrtSession session = acquire();
            try {
                kernel = new OnnxKernel(this, session, file, context, format, executor.threads());
            } catch (final Throwable ex) {
                release();
                throw ex;
            }
        } catch (final OrtException | IllegalArgumentException ex) {
            throw new BridgeException(Code.UNSUPPORTED, "session " + model + " " + format + ": " + ex.getMessage());
        }
        return new HostSession(executor, new HostFaults(), kernel, model, block, SystemNanoClock.INSTANCE);
    }

    /** One session has ended. */
    synchronized void release() {
        users--;
        if (users == 0) {
            final OrtSession session = loaded;
            loaded = null;
            try {
                session.close();
            } catch (final OrtException ex) {
                throw new BridgeException(Code.BUSY, "model file '" + context.file() + "': " + ex.getMessage());
            }
        }
    }

    /** Sessions that use the loaded model. */
    synchronized int users() {
        return users;
    }

    private synchronized OrtSession acquire() throws OrtException {
        if (users == 0) {
            loaded = load();
        }
        users++;
        return loaded;
    }

    private OrtSession load() throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(context.threads());
            if (OnnxContext.PROVIDER_CUDA.equals(context.provider())) {
                options.addCUDA(0);
            }
            return OrtEnvironment.getEnvironment().createSession(context.file().toString(), options);
        }
    }
}
