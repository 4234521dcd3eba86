package dev.rill.conform.server;

import dev.rill.conform.Json;
import dev.rill.conform.JsonObject;
import dev.rill.conform.NotApplicableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * The launched side of the launch protocol: takes the profile and then operations from one stream, says {@code ready}
 * and answers on another. For servers on the JVM that want to be launched by the kit.
 */
public final class ServerDriver {
    private final ServerTarget target;
    private final BufferedReader in;
    private final PrintWriter out;

    /**
     * @param target opens the server and carries its operations out.
     * @param in     lines from the kit; read to its end.
     * @param out    lines to the kit; flushed after each.
     */
    public ServerDriver(final ServerTarget target, final BufferedReader in, final PrintWriter out) {
        this.target = target;
        this.in = in;
        this.out = out;
    }

    /**
     * Serves until the input ends. Blocks.
     *
     * @throws IOException              if the streams or the server fail.
     * @throws IllegalArgumentException if a line is not of the protocol.
     */
    public void run() throws IOException {
        final String profile = in.readLine();
        if (profile == null) {
            throw new IOException("expected a profile on the first line, got the end of the input");
        }
        try (RunningServer server = target.open(LaunchLines.profile(Json.parse(profile)))) {
            say(LaunchLines.READY + " " + server.endpoint().port());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                say(answer(server.local(), Json.parse(line)).toString());
            }
        } catch (final NotApplicableException e) {
            say(LaunchLines.UNSUPPORTED + " " + e.getMessage());
        }
    }

    private static JsonObject answer(final LocalApi local, final JsonObject operation) throws IOException {
        final String channel = operation.text("channel");
        return switch (operation.text("action")) {
            case "createChannel" ->
                LaunchLines.result(local.createChannel(channel, operation.text("contentType")));
            case "write" -> LaunchLines.result(local.write(channel, operation.text("text")));
            case "read" -> LaunchLines.result(local.read(channel, operation.number("seq")));
            default -> LaunchLines.result("error:unknown action " + operation.text("action"));
        };
    }

    private void say(final String line) {
        out.println(line);
        out.flush();
    }
}
