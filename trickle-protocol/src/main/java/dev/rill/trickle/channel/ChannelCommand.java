package dev.rill.trickle.channel;

/**
 * One state change of a channel. Applied once, in the serial order of its channel, by whichever thread drains the
 * queue; must be short and must not call foreign code while it is applied.
 */
public abstract class ChannelCommand {
    ChannelCommand next;
    private volatile boolean done;

    abstract void apply(Channel channel);

    /**
     * Called after the serial section by the thread that drained it, possibly not the one that submitted. The results
     * of the command are visible. Must not block; may submit further commands.
     */
    protected void onApplied() {
    }

    final boolean isDone() {
        return done;
    }

    final void done() {
        done = true;
    }
}
