package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.ts.TsProgram;

/** A source that passes another one on; subclasses change what they override. Owns the other one, threads as there. */
public abstract class ForwardingSource implements MediaSource {
    private final MediaSource source;

    /**
     * @param source closed with this one.
     */
    protected ForwardingSource(final MediaSource source) {
        this.source = source;
    }

    @Override
    public boolean read(final PacketHandler out) {
        return source.read(out);
    }

    @Override
    public boolean isSegmented() {
        return source.isSegmented();
    }

    @Override
    public boolean endsSegment() {
        return source.endsSegment();
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
