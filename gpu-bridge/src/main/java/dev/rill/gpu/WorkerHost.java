package dev.rill.gpu;

import java.io.IOException;
import java.nio.file.Path;

/** Where sessions of a model get their processes from. Any thread. */
interface WorkerHost {
    /**
     * Takes a place in a process, which connects to a socket for it.
     *
     * @param socket that somebody listens at.
     * @return the process, new or one that others have as well.
     * @throws IOException if it cannot be started.
     */
    WorkerProcess join(Path socket) throws IOException;

    /**
     * Gives a place up whose frames are all answered.
     *
     * @return whether nobody else has one, so that the process has to be ended.
     */
    boolean leave(WorkerProcess process);

    /** Lets nobody join a process any more that will be killed, for a reason that its other sessions are told. */
    void condemn(WorkerProcess process, String reason);

    /** Whether processes have other sessions, which a session that closes does not disturb. */
    boolean isShared();
}
