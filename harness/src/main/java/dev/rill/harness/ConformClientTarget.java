package dev.rill.harness;

import dev.rill.conform.JsonObject;
import dev.rill.conform.client.ClientTarget;
import dev.rill.conform.client.ClientTask;
import dev.rill.conform.client.ClientUnderTest;
import dev.rill.trickle.HttpTrickle;
import dev.rill.trickle.HttpTrickleContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Rill's publisher and subscriber as the conformance kit drives them. */
final class ConformClientTarget implements ClientTarget {
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public ClientUnderTest start(final ClientTask task, final Consumer<JsonObject> events) {
        final HttpTrickle trickle = HttpTrickle.connect(
            new HttpTrickleContext().baseUri(task.baseUrl()).closeTimeoutNs(CLOSE_TIMEOUT_NS));
        final ConformClient.Role role = task.isPublisher()
            ? new ConformPublisher(trickle, task, events) : new ConformSubscriber(trickle, task, events);
        return new ConformClient(trickle, role);
    }

    @Override
    public String toString() {
        return "rill conform-client";
    }
}
