package dev.rill.trickle.channel;

/** A writer of a lossless channel found no room. */
final class RoomMaking extends ChannelCommand {
    @Override
    void apply(final Channel channel) {
        channel.pushBack().makeRoom();
    }
}
