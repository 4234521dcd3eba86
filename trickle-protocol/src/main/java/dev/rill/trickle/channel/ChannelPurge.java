package dev.rill.trickle.channel;

/** Forgets the remains of a closed channel. */
final class ChannelPurge extends ChannelCommand {
    @Override
    void apply(final Channel channel) {
        channel.forgetRetained();
    }
}
