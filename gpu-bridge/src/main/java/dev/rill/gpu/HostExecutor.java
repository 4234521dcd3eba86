package dev.rill.gpu;

import java.util.concurrent.Semaphore;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fixed number of threads that take frames of all their sessions from one bounded queue. Any thread. */
final class HostExecutor {
    private static final Logger LOGGER = LoggerFactory.getLogger(HostExecutor.class);

    /** Bounds the jobs of all sessions together; beyond it submissions are pushed back. */
    private static final int QUEUE_CAPACITY = 4096;

    private final MpmcVarHandleArrayQueue<HostJob> queue = new MpmcVarHandleArrayQueue<>(QUEUE_CAPACITY);

    /** One permit per queued job; releasing one neither blocks nor allocates. */
    private final Semaphore queued = new Semaphore(0);
    private final Thread[] workers;
    private volatile boolean isStopped;

    HostExecutor(final String name, final int threads) {
        workers = new Thread[threads];
        for (int i = 0; i < workers.length; i++) {
            final int worker = i;
            workers[i] = new Thread(() -> work(worker), name + "-" + i);
            workers[i].setDaemon(true);
            workers[i].start();
        }
    }

    int threads() {
        return workers.length;
    }

    /** Takes a job, unless there is no room. */
    boolean offer(final HostJob job) {
        if (!queue.offer(job)) {
            return false;
        }
        queued.release();
        return true;
    }

    /** Ends the threads; every session is closed before. Returns OK or TIMEOUT. */
    int close(final long timeoutNs) {
        isStopped = true;
        for (final Thread worker : workers) {
            worker.interrupt();
        }
        // Real time: closing is bounded under an injected clock that stands still, too.
        final long deadlineNs = System.nanoTime() + timeoutNs;
        boolean isInterrupted = false;
        for (final Thread worker : workers) {
            while (worker.isAlive() && System.nanoTime() - deadlineNs < 0) {
                try {
                    worker.join(10);
                } catch (final InterruptedException ex) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        for (final Thread worker : workers) {
            if (worker.isAlive()) {
                return Code.TIMEOUT;
            }
        }
        return BridgeSession.OK;
    }

    /** A permit is there only after its job was queued, so the queue is not empty behind one. */
    private void work(final int worker) {
        while (!isStopped) {
            try {
                queued.acquire();
                queue.poll().run(worker);
            } catch (final InterruptedException ex) {
                // Only close() interrupts these threads, and it has set the flag that ends the loop.
                Thread.currentThread().interrupt();
                break;
            } catch (final Throwable ex) { // The others' frames go on.
                LOGGER.error("frame abandoned thread={}", Thread.currentThread().getName(), ex);
            }
        }
    }
}
