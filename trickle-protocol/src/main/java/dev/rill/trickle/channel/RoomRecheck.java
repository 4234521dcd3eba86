package dev.rill.trickle.channel;

/** Time has passed since the writers of a lossless channel were held back. */
final class RoomRecheck extends ChannelCommand {
    @Override
    void apply(final Channel channel) {
        channel.pushBack().recheck();
    }
}
