package dev.rill.harness;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.source.ForwardingMedium;
import dev.rill.frame.source.PictureSource;

/** Ends a source of pictures after a duration of its own time. Threads as there. */
final class PictureLimit extends ForwardingMedium implements PictureSource {
    private static final long TICKS_PER_SECOND = 90_000L;

    private final PictureSource source;
    private final long limitTicks;
    private boolean started;
    private boolean over;
    private long firstPts;

    /**
     * @param source  owned.
     * @param seconds of media to let through.
     */
    PictureLimit(final PictureSource source, final double seconds) {
        super(source);
        this.source = source;
        limitTicks = Math.round(seconds * TICKS_PER_SECOND);
    }

    @Override
    public int read(final FrameHandler pictures, final PacketHandler sound) {
        if (over) {
            return ENDED;
        }
        return source.read((slot, pts, arrivalNs, keyframe) -> {
            if (passes(pts)) {
                pictures.onFrame(slot, pts, arrivalNs, keyframe);
            } else {
                slot.release();
            }
        }, packet -> {
            if (over) {
                packet.release();
            } else {
                sound.onPacket(packet);
            }
        });
    }

    private boolean passes(final long pts) {
        if (!started) {
            started = true;
            firstPts = pts;
        }
        over |= pts - firstPts >= limitTicks;
        return !over;
    }

    @Override
    public long durationTicks() {
        final long duration = super.durationTicks();
        return duration < 0 ? limitTicks : Math.min(limitTicks, duration);
    }

    @Override
    public long unitsLost() {
        return source.unitsLost();
    }

    @Override
    public void cancel() {
        source.cancel();
    }
}
