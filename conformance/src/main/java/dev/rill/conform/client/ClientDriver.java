package dev.rill.conform.client;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * The launched side of the client protocol: takes the task and then what the application does from one stream, reports
 * events on another. For clients on the JVM that want to be launched by the kit.
 */
public final class ClientDriver {
    private final ClientTarget target;
    private final BufferedReader in;
    private final PrintWriter out;

    /**
     * @param target starts the publisher or subscriber.
     * @param in     lines from the kit; read to its end.
     * @param out    lines to the kit; flushed after each.
     */
    public ClientDriver(final ClientTarget target, final BufferedReader in, final PrintWriter out) {
        this.target = target;
        this.in = in;
        this.out = out;
    }

    /**
     * Runs the client until the input ends. Blocks.
     *
     * @throws IOException              if the streams or the client fail.
     * @throws IllegalArgumentException if a line is not of the protocol.
     */
    public void run() throws IOException {
        final String task = in.readLine();
        if (task == null) {
            throw new IOException("expected a task on the first line, got the end of the input");
        }
        try (ClientUnderTest client = target.start(ClientTask.of(Json.parse(task)), this::report)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                perform(client, Json.parse(line));
            }
        }
    }

    private static void perform(final ClientUnderTest client, final JsonObject step) throws IOException {
        switch (step.text(ClientLines.APP)) {
            case ClientLines.OPEN_SEGMENT -> client.openSegment();
            case ClientLines.WRITE -> client.write(step.text("text"));
            case ClientLines.CLOSE_SEGMENT -> client.closeSegment();
            default -> throw new IllegalArgumentException("unknown action: " + step);
        }
    }

    private synchronized void report(final JsonObject event) {
        out.println(event);
        out.flush();
    }
}
