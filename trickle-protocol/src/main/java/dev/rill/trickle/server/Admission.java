package dev.rill.trickle.server;

import dev.rill.trickle.Authorizer;
import dev.rill.trickle.Decision;
import dev.rill.trickle.Operation;
import dev.rill.trickle.channel.Counter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Asks the host's authorizer, and answers what it refuses: a status from 400 to 499 as it is, any other as 400, an
 * exception as 500. Wire specification, section 1.3.
 */
final class Admission {
    private static final byte[] NO_BODY = {};

    private final Authorizer authorizer;

    Admission(final Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** True if the operation goes on; otherwise it has been answered. */
    boolean admits(
        final ServerStream stream, final HttpRequest request, final Operation operation, final String channel) {
        if (authorizer == Authorizer.ALLOW_ALL) {
            return true;
        }
        final boolean close = operation == Operation.PUBLISH || operation == Operation.CREATE_IMPLICIT;
        final Decision decision;
        try {
            decision = authorizer.authorize(operation, channel, RoutedRequest.of(
                request, RequestTarget.pathOf(request.uri()), NO_BODY, stream.remoteAddress()));
            if (decision.isAllowed()) {
                return true;
            }
        } catch (final RuntimeException e) {
            stream.server().counters().increment(Counter.AUTHORIZATIONS_FAILED);
            Responses.text(stream, 500, line(e.getMessage(), 500), close);
            return false;
        }
        refuse(stream, decision, close);
        return false;
    }

    private static void refuse(final ServerStream stream, final Decision decision, final boolean close) {
        final int stated = decision.status();
        final int status = stated >= 400 && stated <= 499 ? stated : 400;
        stream.server().counters().increment(
            status == 401 ? Counter.REQUESTS_UNAUTHENTICATED : Counter.REQUESTS_FORBIDDEN);
        final ResponseHead head = stream.begin(status);
        decision.headers().forEach((name, value) -> head.put(Field.of(name), value));
        Responses.finish(stream, head, line(decision.text(), stated == 0 ? 400 : stated), close);
    }

    private static String line(final String text, final int status) {
        final boolean stated = text != null && !text.isEmpty();
        return (stated ? text : HttpResponseStatus.valueOf(status).reasonPhrase()) + "\n";
    }
}
