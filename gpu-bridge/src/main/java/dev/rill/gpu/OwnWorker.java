package dev.rill.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process for each session. */
final class OwnWorker implements WorkerHost {
    private final String model;
    private final WorkerContext context;

    OwnWorker(final String model, final WorkerContext context) {
        this.model = model;
        this.context = context;
    }

    @Override
    public WorkerProcess join(final Path socket) throws IOException {
        final WorkerFolder folder = WorkerFolder.create();
        final List<String> command = List.of(context.python(), folder.program().toString(), "--link", socket.toString(),
            context.script().toAbsolutePath().toString());
        final WorkerProcess process = WorkerProcess.start(model, folder, command);
        process.tellNothing();
        return process;
    }

    @Override
    public boolean leave(final WorkerProcess process) {
        return true;
    }

    @Override
    public void condemn(final WorkerProcess process, final String reason) {
        // Nobody else has it.
    }

    @Override
    public boolean isShared() {
        return false;
    }
}
