package dev.rill.harness;

import dev.rill.conform.client.ClientUnderTest;
import dev.rill.trickle.HttpTrickle;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Gives a publisher or a subscriber the one thread that it wants: for the application's calls, and to look at it. */
final class ConformClient implements ClientUnderTest {
    private static final long LOOK_EVERY_MS = 2;

    private final HttpTrickle trickle;
    private final Role role;
    private final ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "rill-conform-client"));

    /**
     * @param trickle closed with this.
     * @param role    used by this object's thread from now on.
     */
    ConformClient(final HttpTrickle trickle, final Role role) {
        this.trickle = trickle;
        this.role = role;
        thread.scheduleWithFixedDelay(role::look, 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void openSegment() {
        thread.execute(role::openSegment);
    }

    @Override
    public void write(final String text) {
        thread.execute(() -> role.write(text));
    }

    @Override
    public void closeSegment() {
        thread.execute(role::closeSegment);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        trickle.close();
    }

    /** What the thread runs. */
    interface Role {
        /** Reports what has happened since the last time. */
        void look();

        /** The application's calls; only for publishers. */
        default void openSegment() {
            throw new IllegalStateException("not a publisher");
        }

        /** As {@link #openSegment}. */
        default void write(final String text) {
            throw new IllegalStateException("not a publisher");
        }

        /** As {@link #openSegment}. */
        default void closeSegment() {
            throw new IllegalStateException("not a publisher");
        }
    }
}
