package dev.rill.conform.client;

import dev.rill.conform.JsonObject;
import dev.rill.conform.command.LineProcess;
import java.io.IOException;
import java.util.function.Consumer;

/** A command that is started once for each scenario and speaks the client protocol of this module's README. */
public final class LaunchedClientTarget implements ClientTarget {
    private final String command;
    private final Consumer<String> notes;

    /**
     * @param command for {@code sh -c}.
     * @param notes   told what went wrong around the process, one line each; any thread.
     */
    public LaunchedClientTarget(final String command, final Consumer<String> notes) {
        this.command = command;
        this.notes = notes;
    }

    @Override
    public ClientUnderTest start(final ClientTask task, final Consumer<JsonObject> events) throws IOException {
        final LaunchedClient client = new LaunchedClient(new LineProcess(command, notes), events);
        try {
            client.send(task.toJson());
            return client;
        } catch (final IOException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return command;
    }
}
