package dev.rill.it;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.source.ForwardingSource;
import dev.rill.frame.source.MediaSource;
import java.util.function.Consumer;

/** A source whose packets a test sees, and may describe anew, before anybody else. */
final class WatchedSource extends ForwardingSource {
    private final Consumer<Packet> watcher;

    /**
     * @param source  owned.
     * @param watcher called on the thread that reads; the packet is borrowed.
     */
    WatchedSource(final MediaSource source, final Consumer<Packet> watcher) {
        super(source);
        this.watcher = watcher;
    }

    @Override
    public boolean read(final PacketHandler out) {
        return super.read(packet -> {
            watcher.accept(packet);
            out.onPacket(packet);
        });
    }
}
