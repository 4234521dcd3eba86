package dev.rill.gpu;

import dev.rill.gpu.internal.NativeCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process at work for one session: starts it, takes its answers, notices when it ends, hangs or does what it
 * must not, and replaces it as often as the budget allows. Frames of a process are given back only when none of its
 * processes is there any more that could write them. A thread of its own, which the session waits for when it closes.
 */
final class WorkerSupervisor implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerSupervisor.class);
    private static final int REGION_TAG = 0;
    private static final long END_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final int MAX_SHIFT = 10;
    private static final long PAUSE_STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_PAUSE_NS = TimeUnit.SECONDS.toNanos(2);

    private final WorkerSession session;
    private final WorkerContext context;
    private final WorkerHost host;
    private final Model model;
    private final FrameFormat format;
    private final int records;
    private final NanoClock clock;
    private final RestartBudget budget;

    WorkerSupervisor(
        final WorkerSession session, final WorkerContext context, final WorkerHost host, final Model model,
        final FrameFormat format, final int records) {
        this.session = session;
        this.context = context;
        this.host = host;
        this.model = model;
        this.format = format;
        this.records = records;
        clock = context.nanoClock();
        budget = new RestartBudget(context.restarts(), context.restartWindowNs());
    }

    @Override
    public void run() {
        try (WorkerFolder folder = WorkerFolder.create()) {
            superviseIn(folder);
        } catch (final Throwable ex) { // Whatever it is, the session has to hear of it.
            LOGGER.error("worker supervisor failed model={}", model, ex);
            session.lose("worker of model '" + model + "' cannot be supervised: " + ex);
        }
    }

    private void superviseIn(final WorkerFolder folder) throws IOException {
        int fruitless = 0;
        for (long generation = 1; !session.isClosing(); generation++) {
            final long before = session.completed();
            pause(fruitless);
            final String reason = "worker of model '" + model + "' " + runProcess(folder, generation);
            if (session.isClosing()) {
                return;
            }
            fruitless = session.completed() > before ? 0 : fruitless + 1;
            session.failPosted(reason);
            if (!budget.take(clock.nanoTime())) {
                LOGGER.error("worker given up restarts={} reason={}", context.restarts(), reason);
                session.lose(reason + "; it was replaced " + context.restarts() + " times within "
                    + TimeUnit.NANOSECONDS.toSeconds(context.restartWindowNs()) + " s, no more");
                return;
            }
            LOGGER.warn("worker replaced generation={} reason={}", generation, reason);
        }
    }

    /** One process that did nothing may be an accident; more of them are not to take the machine from others. */
    private void pause(final int fruitless) {
        final long pauseNs = fruitless < 2 ? 0 : Math.min(MAX_PAUSE_NS, PAUSE_NS << Math.min(fruitless, MAX_SHIFT));
        final long deadlineNs = System.nanoTime() + pauseNs;
        while (!session.isClosing() && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(PAUSE_STEP_NS);
        }
    }

    /** Works with one process until one of both has enough; says why. */
    private String runProcess(final WorkerFolder folder, final long generation) throws IOException {
        final Path socket = folder.path().resolve("link-" + generation);
        try (WorkerLink link = new WorkerLink(socket);
            WorkerRing ring = new WorkerRing(
                format, records, model.parameters().size(), generation, session.completed())) {
            final WorkerProcess process = host.join(socket);
            String reason = "cannot be supervised";
            boolean isEndedByItself = false;
            try {
                reason = serve(link, ring, process);
            } catch (final WorkerFault ex) {
                reason = ex.getMessage();
            } finally {
                isEndedByItself = process.isEnded(reason.isEmpty() && !session.isClosing());
                part(link, process, reason);
            }
            return reasonOf(process, reason, isEndedByItself);
        }
    }

    private static String reasonOf(final WorkerProcess process, final String reason, final boolean isEndedByItself) {
        final String condemnation = process.condemnation();
        if (!condemnation.isEmpty() && !condemnation.equals(reason)) {
            return "was ended for another session's sake: it " + condemnation;
        }
        return isEndedByItself ? "ended by itself, " + process.lastWords()
            : reason.isEmpty() ? "closed its link" : reason;
    }

    /** A process is left alone if others have it and none of the frames supervised here is with it. */
    private void part(final WorkerLink link, final WorkerProcess process, final String reason) {
        final boolean isPeaceful = reason.isEmpty() && session.isClosing() && session.isIdle() && process.isAlive();
        if (!isPeaceful) {
            host.condemn(process, reason);
        }
        if (!isPeaceful || host.leave(process)) {
            end(link, process);
        }
    }

    /** Until it is over; an empty reason means that the other side has gone. */
    private String serve(final WorkerLink link, final WorkerRing ring, final WorkerProcess process)
        throws WorkerFault {
        if (!awaitProcess(link, process)) {
            return "";
        }
        if (link.share(ring.handle(), REGION_TAG) != BridgeSession.OK) {
            throw new WorkerFault("cannot be reached: " + NativeCalls.lastError());
        }
        try {
            session.attach(link, ring);
            watch(link, ring);
        } finally {
            session.detach();
        }
        return "";
    }

    private boolean awaitProcess(final WorkerLink link, final WorkerProcess process) throws WorkerFault {
        final long startNs = clock.nanoTime();
        while (!session.isClosing() && process.isAlive()) {
            final int pid = link.awaitProcess();
            if (pid >= 0) {
                process.onAttached(pid);
                return true;
            }
            if (pid != Code.TIMEOUT) {
                throw new WorkerFault("cannot be reached: " + NativeCalls.lastError());
            }
            if (clock.nanoTime() - startNs > context.startTimeoutNs()) {
                throw new WorkerFault("was not ready within startTimeoutNs=" + context.startTimeoutNs());
            }
        }
        return false;
    }

    private void watch(final WorkerLink link, final WorkerRing ring) throws WorkerFault {
        long progressNs = clock.nanoTime();
        long beatNs = progressNs;
        long heartbeat = 0;
        while (!session.isClosing() || host.isShared() && !session.isIdle()) {
            final String refusal = session.refusal();
            final int messages = link.awaitMessages();
            final boolean isProgress = session.takeAnswers(ring);
            if (messages < 0) {
                return;
            }
            if (messages == 0 && !refusal.isEmpty()) {
                throw new WorkerFault("cannot be reached: " + refusal);
            }
            final boolean isIdle = session.isIdle();
            final long nowNs = clock.nanoTime();
            progressNs = isProgress || isIdle ? nowNs : progressNs;
            beatNs = ring.heartbeat() == heartbeat && isIdle ? beatNs : nowNs;
            heartbeat = ring.heartbeat();
            if (nowNs - progressNs > context.frameTimeoutNs() || nowNs - beatNs > context.frameTimeoutNs()) {
                throw new WorkerFault("hangs: nothing from it for longer than frameTimeoutNs="
                    + context.frameTimeoutNs());
            }
        }
    }

    private void end(final WorkerLink link, final WorkerProcess process) {
        boolean isTold = false;
        // Not both at once: what a killed process started may hold the other end of the link still.
        while (!process.kill(System.nanoTime() + END_NS) || !link.awaitEnd(System.nanoTime() + END_NS)) {
            if (!isTold) {
                LOGGER.error("worker does not end model={}: the slots of its frames stay out", model);
                isTold = true;
            }
        }
    }
}
