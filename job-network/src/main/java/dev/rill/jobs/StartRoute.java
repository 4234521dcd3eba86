package dev.rill.jobs;

import dev.rill.jobs.session.SessionRequest;
import dev.rill.trickle.Request;
import dev.rill.trickle.RequestHandler;
import dev.rill.trickle.Responder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * {@code POST /live-video-to-video}: starts sessions on a thread of its own, so that no event loop waits for an
 * engine.
 */
final class StartRoute implements RequestHandler, AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 5_000L;

    private final Orchestrator orchestrator;
    private final ExecutorService starter = Executors.newSingleThreadExecutor(task -> {
        final Thread thread = new Thread(task, "trickle-session-starter");
        thread.setDaemon(true);
        return thread;
    });

    StartRoute(final Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    @Override
    public void handle(final Request request, final Responder responder) {
        if (!"POST".equals(request.method())) {
            refuse(responder, 405, "expected POST, got " + request.method());
            return;
        }
        try {
            starter.execute(() -> start(request, responder));
        } catch (final RejectedExecutionException e) {
            refuse(responder, 503, "orchestrator is closing");
        }
    }

    @Override
    public void close() {
        starter.shutdown();
        try {
            starter.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(final Request request, final Responder responder) {
        try {
            final byte[] reply = orchestrator.start(SessionRequest.fromJson(bytes(request.body()))).toJson();
            responder.respond(200, "application/json", new String(reply, StandardCharsets.UTF_8));
        } catch (final IllegalArgumentException e) {
            refuse(responder, 400, e.getMessage());
        } catch (final JobException e) {
            refuse(responder, e.status(), e.getMessage());
        } catch (final RuntimeException e) {
            refuse(responder, 500, "session cannot start: " + e.getMessage());
        }
    }

    private static void refuse(final Responder responder, final int status, final String reason) {
        responder.respond(status, "text/plain; charset=utf-8", reason + "\n");
    }

    private static byte[] bytes(final ByteBuffer body) {
        final byte[] copy = new byte[body.remaining()];
        body.get(copy);
        return copy;
    }
}
