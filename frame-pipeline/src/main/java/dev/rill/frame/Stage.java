package dev.rill.frame;

/**
 * Part of a frame's way through the engine, between two stamps of its {@link FramePassport}. The stages but
 * {@link #TOTAL} follow each other without gap, so their times add up to the total.
 */
public enum Stage {
    /** First byte of the unit here, until the unit is complete. */
    DEMUX("demux"),
    /** Until its picture is in a slot. */
    DECODE("decode"),
    /** Until submitted: waiting for the bridge. */
    QUEUE("queue"),
    /** Until the device begins. */
    SUBMIT("submit"),
    /** Until the device is done. */
    DEVICE("device"),
    /** Until the completion is seen. */
    POLL("poll"),
    /** Until the packet exists, waiting for the encoder included. */
    ENCODE("encode"),
    /** Until the output channel has taken its last byte. */
    PUBLISH("publish"),
    /** From the first byte in to the last byte out. */
    TOTAL("total");

    private final String label;

    Stage(final String label) {
        this.label = label;
    }

    /** Name for people and metrics. */
    public String label() {
        return label;
    }

    long durationNs(final FramePassport passport) {
        return switch (this) {
            case DEMUX -> passport.demuxedNs() - passport.arrivalNs();
            case DECODE -> passport.decodedNs() - passport.demuxedNs();
            case QUEUE -> passport.submittedNs() - passport.decodedNs();
            case SUBMIT -> passport.deviceStartNs() - passport.submittedNs();
            case DEVICE -> passport.deviceEndNs() - passport.deviceStartNs();
            case POLL -> passport.completedNs() - passport.deviceEndNs();
            case ENCODE -> passport.encodedNs() - passport.completedNs();
            case PUBLISH -> passport.publishedNs() - passport.encodedNs();
            case TOTAL -> passport.publishedNs() - passport.arrivalNs();
        };
    }
}
