package dev.rill.trickle.channel;

/** The writer has filled the window beyond its bytes: the lowest ended segments go. */
final class WindowTrimming extends ChannelCommand {
    @Override
    void apply(final Channel channel) {
        channel.trim(Counter.SEGMENTS_EVICTED);
    }
}
