package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;

/** A source that passes another one on; subclasses change what they override. Owns the other one, threads as there. */
public abstract class ForwardingSource extends ForwardingMedium implements MediaSource {
    private final MediaSource source;

    /**
     * @param source closed with this one.
     */
    protected ForwardingSource(final MediaSource source) {
        super(source);
        this.source = source;
    }

    @Override
    public boolean read(final PacketHandler out) {
        return source.read(out);
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
    public long timeOffsetTicks() {
        return source.timeOffsetTicks();
    }
}
