package dev.rill.jobs.gateway;

import dev.rill.jobs.session.SessionEvent;
import dev.rill.trickle.EndReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What the engine has said: its last status and its latest errors. One thread writes, any thread reads. */
final class EventLog {
    static final int KEPT_ERRORS = 100;

    private final SessionProgress progress;
    private final Deque<SessionEvent> errors = new ArrayDeque<>();
    private volatile SessionEvent lastStatus;
    private volatile boolean ended;

    EventLog(final SessionProgress progress) {
        this.progress = progress;
    }

    void onDocument(final byte[] document) {
        try {
            onEvent(SessionEvent.fromJson(document));
        } catch (final IllegalArgumentException e) {
            progress.malformedEvents.incrementAndGet();
        }
    }

    void onEnd(final EndReason reason) {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    SessionEvent lastStatus() {
        return lastStatus;
    }

    /** The latest {@value #KEPT_ERRORS}, oldest first. */
    List<SessionEvent> errors() {
        synchronized (errors) {
            return new ArrayList<>(errors);
        }
    }

    private void onEvent(final SessionEvent event) {
        if ("status".equals(event.type())) {
            lastStatus = event;
        } else if ("error".equals(event.type())) {
            synchronized (errors) {
                errors.addLast(event);
                if (errors.size() > KEPT_ERRORS) {
                    errors.removeFirst();
                }
            }
        }
    }
}
