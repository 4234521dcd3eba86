package dev.rill.jobs.gateway;

import dev.rill.jobs.JobException;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import dev.rill.trickle.Trickle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;

/** Reaches an orchestrator over HTTP, as a gateway in another process does. */
public final class HttpOrchestratorLink implements OrchestratorLink {
    /** Bound on connecting and on the answer to a start request, in milliseconds. */
    public static final int START_TIMEOUT_MS = 5_000;

    /** How long an orchestrator that is silent is tried again before the session counts it as lost. */
    private static final long PEER_PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int OK = 200;
    private static final int BAD_GATEWAY = 502;
    private static final int MAX_REPLY_LENGTH = 1 << 20;

    private final URI orchestrator;
    private final Map<URI, HttpTrickle> carriages = new ConcurrentHashMap<>();

    /**
     * @param orchestrator for instance {@code http://127.0.0.1:8935/}.
     */
    public HttpOrchestratorLink(final URI orchestrator) {
        this.orchestrator = orchestrator;
    }

    @Override
    public SessionReply start(final SessionRequest request) {
        try {
            return SessionReply.fromJson(post(request.toJson()), orchestrator);
        } catch (final IOException e) {
            throw new JobException("orchestrator " + orchestrator + ": " + e.getMessage(), e);
        } catch (final IllegalArgumentException e) {
            throw new JobException(BAD_GATEWAY, "orchestrator " + orchestrator + ": " + e.getMessage());
        }
    }

    @Override
    public Trickle trickle(final URI base) {
        return carriages.computeIfAbsent(
            base, missing -> HttpTrickle.connect(new HttpTrickleContext().baseUri(missing)
                .retryBudgetNs(PEER_PATIENCE_NS)));
    }

    @Override
    public String carriage() {
        return "http";
    }

    @Override
    public String name() {
        return orchestrator.toString();
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(carriages.values());
    }

    private byte[] post(final byte[] body) throws IOException {
        final HttpURLConnection connection =
            (HttpURLConnection) orchestrator.resolve(SessionRequest.ROUTE).toURL().openConnection();
        try {
            connection.setConnectTimeout(START_TIMEOUT_MS);
            connection.setReadTimeout(START_TIMEOUT_MS);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("Connection", "close");
            connection.setFixedLengthStreamingMode(body.length);
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            return reply(connection);
        } finally {
            connection.disconnect();
        }
    }

    private byte[] reply(final HttpURLConnection connection) throws IOException {
        final int status = connection.getResponseCode();
        final InputStream stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        final byte[] reply = stream == null ? new byte[0] : stream.readNBytes(MAX_REPLY_LENGTH);
        if (status == OK) {
            return reply;
        }
        final String reason = new String(reply, StandardCharsets.UTF_8).trim();
        throw new JobException(status < 0 ? BAD_GATEWAY : status, reason.isEmpty()
            ? "orchestrator " + orchestrator + ": expected an answer, got status " + status + " without a reason"
            : reason);
    }
}
