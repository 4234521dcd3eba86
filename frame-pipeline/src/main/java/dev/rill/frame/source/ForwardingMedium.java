package dev.rill.frame.source;

import dev.rill.frame.ts.TsProgram;

/** A medium made of another one; subclasses change what they override. Owns the other one, threads as there. */
public abstract class ForwardingMedium implements Medium {
    private final Medium medium;

    /**
     * @param medium closed with this one.
     */
    protected ForwardingMedium(final Medium medium) {
        this.medium = medium;
    }

    @Override
    public boolean isSegmented() {
        return medium.isSegmented();
    }

    @Override
    public boolean endsSegment() {
        return medium.endsSegment();
    }

    @Override
    public TsProgram program() {
        return medium.program();
    }

    @Override
    public String description() {
        return medium.description();
    }

    @Override
    public int frameRateNumerator() {
        return medium.frameRateNumerator();
    }

    @Override
    public int frameRateDenominator() {
        return medium.frameRateDenominator();
    }

    @Override
    public long durationTicks() {
        return medium.durationTicks();
    }

    @Override
    public long warnings() {
        return medium.warnings();
    }

    @Override
    public void close() {
        medium.close();
    }
}
