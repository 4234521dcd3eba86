package dev.rill.trickle.channel;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one serial order in which the state of a channel changes: commands are applied by whichever thread finds the
 * queue undrained. Wake-ups and call-backs happen outside that order. Any thread; never blocks unless it says so.
 */
final class CommandQueue {
    private static final Logger LOGGER = LoggerFactory.getLogger(CommandQueue.class);
    private static final long LONGEST_PAUSE_NS = 200_000;

    private final Channel channel;
    private final MpscLinkedVarHandleQueue<ChannelCommand> commands = new MpscLinkedVarHandleQueue<>();
    private final AtomicBoolean draining = new AtomicBoolean();

    CommandQueue(final Channel channel) {
        this.channel = channel;
    }

    void submit(final ChannelCommand command) {
        offer(command);
        drain();
    }

    /** Queues without draining: calls nobody. */
    void offer(final ChannelCommand command) {
        commands.offer(command);
    }

    void submitAndAwait(final ChannelCommand command) {
        submit(command);
        long pauseNs = 1_000;
        while (!command.isDone()) {
            LockSupport.parkNanos(this, pauseNs);
            pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
            drain();
        }
    }

    void drain() {
        while (!commands.isEmpty() && draining.compareAndSet(false, true)) {
            ChannelCommand first = null;
            ChannelCommand last = null;
            ChannelCommand command = commands.poll();
            while (command != null) {
                apply(command);
                if (last == null) {
                    first = command;
                } else {
                    last.next = command;
                }
                last = command;
                command = commands.poll();
            }
            final boolean news = channel.takeNews();
            draining.set(false);
            if (news) {
                channel.wake();
            }
            applied(first);
        }
    }

    private void apply(final ChannelCommand command) {
        try {
            command.apply(channel);
        } catch (final RuntimeException | Error e) {
            // Whatever it is, the commands behind it are served: their senders wait.
            LOGGER.error("{}: {} failed", channel, command.getClass().getSimpleName(), e);
        } finally {
            command.done();
        }
    }

    private static void applied(final ChannelCommand first) {
        ChannelCommand command = first;
        while (command != null) {
            final ChannelCommand next = command.next;
            command.next = null;
            try {
                command.onApplied();
            } catch (final RuntimeException | Error e) {
                LOGGER.error("answer to {} failed", command.getClass().getSimpleName(), e);
            }
            command = next;
        }
    }
}
