package dev.rill.harness;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.source.ForwardingSource;
import dev.rill.frame.source.MediaSource;

/** Ends a source after a duration of its own time. One thread reads. */
final class DurationLimit extends ForwardingSource {
    private static final long TICKS_PER_SECOND = 90_000L;

    private final long limitTicks;
    private boolean started;
    private boolean over;
    private long firstDts;

    /**
     * @param source  owned.
     * @param seconds of media to let through.
     */
    DurationLimit(final MediaSource source, final double seconds) {
        super(source);
        limitTicks = Math.round(seconds * TICKS_PER_SECOND);
    }

    @Override
    public boolean read(final PacketHandler out) {
        return !over && super.read(packet -> pass(packet, out)) && !over;
    }

    private void pass(final Packet packet, final PacketHandler out) {
        if (!started) {
            started = true;
            firstDts = packet.dts();
        }
        over |= packet.kind() == Packet.Kind.VIDEO && packet.dts() - firstDts >= limitTicks;
        if (over) {
            packet.release();
        } else {
            out.onPacket(packet);
        }
    }

    @Override
    public long durationTicks() {
        final long duration = super.durationTicks();
        return duration < 0 ? limitTicks : Math.min(limitTicks, duration);
    }
}
