package dev.rill.frame;

import dev.rill.gpu.FrameSlot;

/**
 * What one video frame went through. All {@code …Ns} are on the pipeline's monotonic clock, in nanoseconds; a stamp is
 * 0 until the frame has passed it, and stamps never decrease from one to the next.
 * <p>
 * Passports are recycled: one that is handed to a listener is valid until the listener returns.
 */
public final class FramePassport {
    /** Sequence and time of a unit that was lost before it was complete. */
    public static final long UNKNOWN = -1;

    /** Packet waiting to be decoded, then null. */
    Packet packet;

    /** Slot that this frame occupies now, then null. */
    FrameSlot slot;

    /** Which frames it belongs to. */
    Era era;

    private long sequence;
    private long pts;
    private boolean keyframe;
    private long parameterVersion;
    private long arrivalNs;
    private long demuxedNs;
    private long decodedNs;
    private long submittedNs;
    private long deviceStartNs;
    private long deviceEndNs;
    private long completedNs;
    private long encodedNs;
    private long publishedNs;

    FramePassport() {
    }

    /** Number of the access unit among those that arrived intact, from 0. */
    public long sequence() {
        return sequence;
    }

    /** Presentation time in 90 kHz ticks, unwrapped; the same in input and output. */
    public long pts() {
        return pts;
    }

    /** Whether the output frame is a keyframe, and so begins a segment. */
    public boolean isKeyframe() {
        return keyframe;
    }

    /** Version of the parameters used; never decreases from frame to frame. */
    public long parameterVersion() {
        return parameterVersion;
    }

    /** First byte of the access unit was here. */
    public long arrivalNs() {
        return arrivalNs;
    }

    /** Access unit was complete. */
    public long demuxedNs() {
        return demuxedNs;
    }

    /** Picture was in its slot. */
    public long decodedNs() {
        return decodedNs;
    }

    /** Slot was given to the bridge. */
    public long submittedNs() {
        return submittedNs;
    }

    /** Device began. */
    public long deviceStartNs() {
        return deviceStartNs;
    }

    /** Device was done. */
    public long deviceEndNs() {
        return deviceEndNs;
    }

    /** Result was seen by the engine. */
    public long completedNs() {
        return completedNs;
    }

    /** Output packet existed. */
    public long encodedNs() {
        return encodedNs;
    }

    /** Output channel had taken the last byte. */
    public long publishedNs() {
        return publishedNs;
    }

    /** A unit that never became complete; {@code knownPts} may be {@link #UNKNOWN}. */
    static FramePassport lost(final long knownPts, final long nowNs) {
        final FramePassport passport = new FramePassport();
        passport.sequence = UNKNOWN;
        passport.pts = knownPts;
        passport.parameterVersion = UNKNOWN;
        passport.arrivalNs = nowNs;
        return passport;
    }

    @Override
    public String toString() {
        return "frame sequence=" + sequence + " pts=" + pts + " parameterVersion=" + parameterVersion;
    }

    void onDemuxed(final long newSequence, final Packet newPacket, final long nowNs) {
        onRead(newSequence, newPacket.pts(), newPacket.arrivalNs(), nowNs);
        packet = newPacket;
    }

    /** Begins without a packet, where the decoder has it already. */
    void onRead(final long newSequence, final long newPts, final long newArrivalNs, final long nowNs) {
        sequence = newSequence;
        packet = null;
        pts = newPts;
        arrivalNs = newArrivalNs;
        demuxedNs = Math.max(nowNs, arrivalNs);
        keyframe = false;
        parameterVersion = -1;
        decodedNs = 0;
        submittedNs = 0;
        deviceStartNs = 0;
        deviceEndNs = 0;
        completedNs = 0;
        encodedNs = 0;
        publishedNs = 0;
    }

    void onDecoded(final FrameSlot newSlot, final long nowNs) {
        slot = newSlot;
        decodedNs = Math.max(nowNs, demuxedNs);
    }

    void onSubmitting(final long nowNs) {
        submittedNs = Math.max(nowNs, decodedNs);
    }

    void onCompleted(
        final FrameSlot result, final long version, final long startNs, final long endNs, final long nowNs) {
        slot = result;
        parameterVersion = version;
        deviceStartNs = Math.max(startNs, submittedNs);
        deviceEndNs = Math.max(endNs, deviceStartNs);
        completedNs = Math.max(nowNs, deviceEndNs);
    }

    void onEncoded(final boolean isKeyframe, final long nowNs) {
        keyframe = isKeyframe;
        encodedNs = Math.max(nowNs, completedNs);
    }

    void onPublished(final long nowNs) {
        publishedNs = Math.max(nowNs, encodedNs);
    }
}
