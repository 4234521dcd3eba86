package dev.rill.gpu;

import dev.rill.gpu.internal.CompletionBlock;

/** Opens sessions of a model that a Python file holds. */
final class WorkerModel implements ModelBackend {
    private final WorkerContext context;
    private final WorkerHost host;

    private WorkerModel(final WorkerContext context, final WorkerHost host) {
        this.context = context;
        this.host = host;
    }

    static Model of(final WorkerContext context) {
        final WorkerScript script = WorkerScript.read(context);
        final WorkerHost host = script.batch() > 0 ? new SharedWorker(script.name(), context)
            : new OwnWorker(script.name(), context);
        return new Model(script.name(), script.description(), script.parameters(), new WorkerModel(context, host));
    }

    @Override
    public DeviceSession open(
        final Bridge bridge, final Device device, final Model model, final FrameFormat format, final int window,
        final CompletionBlock block) {
        if (!(device instanceof NativeDevice)) {
            throw new BridgeException(Code.UNSUPPORTED, "model '" + model + "' runs in a process of its own: device '"
                + device.info().name() + "' has no memory that processes can share");
        }
        return WorkerSession.open(context, host, model, format, block);
    }
}
