package dev.rill.jobs.gateway;

import dev.rill.jobs.session.DocumentWriter;
import dev.rill.jobs.session.SessionReply;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleSubscriber;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.CloseHelper;

/**
 * The gateway's ends of a session's four channels, opened in the order of section 5 of the live-session
 * specification.
 */
final class SessionLines implements AutoCloseable {
    final DocumentWriter control;
    final TricklePublisher in;
    final TrickleSubscriber result;
    final TrickleSubscriber events;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    SessionLines(final OrchestratorLink link, final SessionReply urls) {
        try {
            control = opened(new DocumentWriter(carriage(link, urls.controlUrl()).publish(name(urls.controlUrl()))));
            in = opened(carriage(link, urls.publishUrl()).publish(name(urls.publishUrl())));
            result = opened(
                carriage(link, urls.subscribeUrl()).subscribe(name(urls.subscribeUrl()), Trickle.CURRENT));
            events = opened(carriage(link, urls.eventsUrl()).subscribe(name(urls.eventsUrl()), Trickle.CURRENT));
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(open);
            throw e;
        }
    }

    /** Closes what is still open, the last opened first. */
    @Override
    public void close() {
        CloseHelper.quietCloseAll(open);
    }

    private static Trickle carriage(final OrchestratorLink link, final URI url) {
        return link.trickle(SessionUrls.base(url));
    }

    private static String name(final URI url) {
        return SessionUrls.channel(url);
    }

    private <T extends AutoCloseable> T opened(final T line) {
        open.addFirst(line);
        return line;
    }
}
