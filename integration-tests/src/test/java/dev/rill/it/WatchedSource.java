package dev.rill.it;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.ts.TsProgram;
import java.util.function.Consumer;

/** A source whose packets a test sees, and may describe anew, before anybody else. */
final class WatchedSource implements MediaSource {
    private final MediaSource source;
    private final Consumer<Packet> watcher;

    /**
     * @param source  owned.
     * @param watcher called on the thread that reads; the packet is borrowed.
     */
    WatchedSource(final MediaSource source, final Consumer<Packet> watcher) {
        this.source = source;
        this.watcher = watcher;
    }

    @Override
    public boolean read(final PacketHandler out) {
        return source.read(packet -> {
            watcher.accept(packet);
            out.onPacket(packet);
        });
    }

    @Override
    public TsProgram program() {
        return source.program();
    }

    @Override
    public String description() {
        return source.description();
    }

    @Override
    public int frameRateNumerator() {
        return source.frameRateNumerator();
    }

    @Override
    public int frameRateDenominator() {
        return source.frameRateDenominator();
    }

    @Override
    public int width() {
        return source.width();
    }

    @Override
    public int height() {
        return source.height();
    }

    @Override
    public long durationTicks() {
        return source.durationTicks();
    }

    @Override
    public long timeOffsetTicks() {
        return source.timeOffsetTicks();
    }

    @Override
    public long warnings() {
        return source.warnings();
    }

    @Override
    public void close() {
        source.close();
    }
}
