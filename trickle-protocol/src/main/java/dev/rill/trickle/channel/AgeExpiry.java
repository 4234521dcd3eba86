package dev.rill.trickle.channel;

/** A segment may have become too old to be remembered. */
final class AgeExpiry extends ChannelCommand {
    @Override
    void apply(final Channel channel) {
        channel.expireAge();
    }
}
