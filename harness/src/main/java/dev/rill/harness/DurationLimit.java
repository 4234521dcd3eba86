package dev.rill.harness;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.ts.TsProgram;

/** Ends a source after a duration of its own time. One thread reads. */
final class DurationLimit implements MediaSource {
    private static final long TICKS_PER_SECOND = 90_000L;

    private final MediaSource source;
    private final long limitTicks;
    private boolean started;
    private boolean over;
    private long firstDts;

    /**
     * @param source  owned.
     * @param seconds of media to let through.
     */
    DurationLimit(final MediaSource source, final double seconds) {
        this.source = source;
        limitTicks = Math.round(seconds * TICKS_PER_SECOND);
    }

    @Override
    public boolean read(final PacketHandler out) {
        return !over && source.read(packet -> pass(packet, out)) && !over;
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
        final long duration = source.durationTicks();
        return duration < 0 ? limitTicks : Math.min(limitTicks, duration);
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
