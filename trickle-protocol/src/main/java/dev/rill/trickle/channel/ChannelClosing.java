package dev.rill.trickle.channel;

/** Closes a channel: open segments end, parked parties are released, complete segments stay as remains. */
final class ChannelClosing extends ChannelCommand {
    private final Runnable then;

    ChannelClosing(final Runnable then) {
        this.then = then;
    }

    @Override
    void apply(final Channel channel) {
        channel.closeAll();
    }

    @Override
    protected void onApplied() {
        if (then != null) {
            then.run();
        }
    }
}
