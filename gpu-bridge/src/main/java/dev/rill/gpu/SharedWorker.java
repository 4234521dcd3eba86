package dev.rill.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * One process for all sessions of a model that works on batches; started for the first, ended behind the last. What one
 * session finds wrong with it ends it for all; each of them goes on with the next.
 */
final class SharedWorker implements WorkerHost {
    private final String model;
    private final WorkerContext context;
    private WorkerProcess current;
    private int users;

    SharedWorker(final String model, final WorkerContext context) {
        this.model = model;
        this.context = context;
    }

    @Override
    public synchronized WorkerProcess join(final Path socket) throws IOException {
        if (current == null || !current.isAlive()) {
            final WorkerFolder folder = WorkerFolder.create();
            current = WorkerProcess.start(model, folder, List.of(context.python(), folder.program().toString(),
                "--shared", context.script().toAbsolutePath().toString()));
            users = 0;
        }
        users++;
        current.tell(socket.toString());
        return current;
    }

    @Override
    public synchronized boolean leave(final WorkerProcess process) {
        if (process != current) {
            return true; // Others of it are on their way out as well.
        }
        users--;
        if (users == 0) {
            current = null;
        }
        return current == null;
    }

    @Override
    public synchronized void condemn(final WorkerProcess process, final String reason) {
        process.condemn(reason);
        if (process == current) {
            current = null;
        }
    }

    @Override
    public boolean isShared() {
        return true;
    }
}
