package dev.rill.frame;

import dev.rill.frame.ts.TsLoss;

/** Why a video access unit did not become an output frame; each has exactly one reason. */
public enum DropReason {
    /** Newer frames arrived before the bridge could take it ({@link DeliveryPolicy#LIVE}). */
    OVERRUN("overrun"),
    /** Older than {@link FramePipelineContext#maxAgeNs} while a fresher one waited ({@link DeliveryPolicy#LIVE}). */
    TOO_OLD("too-old"),
    /** Nothing builds on it, and decoding began to fall behind ({@link DeliveryPolicy#LIVE}). */
    NOT_REFERENCED("not-referenced"),
    /** Transport packets of it are missing or malformed. */
    DAMAGED_PACKET("damaged-packet"),
    /** Its end is missing. */
    TRUNCATED("truncated"),
    /** Its start is missing. */
    HEADLESS("headless"),
    /** Longer than the limit. */
    TOO_LARGE("too-large"),
    /** It builds on a picture that was lost. */
    AWAITING_KEYFRAME("awaiting-keyframe"),
    /** The decoder made no picture of it. */
    UNDECODABLE("undecodable"),
    /** The video is not H.264. */
    UNSUPPORTED("unsupported"),
    /** The model failed on it. */
    INFERENCE_FAILED("inference-failed"),
    /** More frames than {@link FramePipelineContext#maxFrameRate} allows. */
    ABOVE_FRAME_RATE("above-frame-rate"),
    /** Its time is not after that of the frame before. */
    TIME_WENT_BACK("time-went-back"),
    /** The encoder failed on it, or left it out. */
    NOT_ENCODED("not-encoded"),
    /** The output channel refused it. */
    OUTPUT_REFUSED("output-refused"),
    /** The pipeline was closed, or failed, while it was on its way. */
    ABANDONED("abandoned");

    private final String label;

    DropReason(final String label) {
        this.label = label;
    }

    /** Name for people and metrics. */
    public String label() {
        return label;
    }

    static DropReason of(final TsLoss loss) {
        return switch (loss) {
            case TRUNCATED -> TRUNCATED;
            case HEADLESS -> HEADLESS;
            case TOO_LARGE -> TOO_LARGE;
            case CONTINUITY, BAD_HEADER, NO_TIME -> DAMAGED_PACKET;
            default -> throw new IllegalArgumentException("loss=" + loss);
        };
    }
}
