package dev.rill.trickle.server;

import dev.rill.trickle.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.Map;

/** What the connections of one event loop share. Event loop only. */
final class LoopState {
    private final EventLoop loop;
    private final Map<Channel, LoopReaders> readers = new IdentityHashMap<>();

    LoopState(final EventLoop loop) {
        this.loop = loop;
    }

    LoopReaders readers(final Channel channel) {
        LoopReaders present = readers.get(channel);
        if (present == null) {
            present = new LoopReaders(channel, loop, this);
            readers.put(channel, present);
        }
        return present;
    }

    void forget(final LoopReaders emptied) {
        readers.remove(emptied.channel(), emptied);
    }
}
