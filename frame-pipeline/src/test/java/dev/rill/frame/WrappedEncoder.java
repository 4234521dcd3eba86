package dev.rill.frame;

import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;

/** A real encoder of which a test changes how it behaves, frame by frame. */
class WrappedEncoder implements VideoEncoder {
    private final VideoEncoder encoder;
    private int frames;

    WrappedEncoder(final EncoderContext context) {
        encoder = Codecs.h264Encoder(context);
    }

    /** Whether the keyframe flag of a frame, counted from 0, is set. */
    boolean isKeyframe(final int frame, final Packet packet) {
        return packet.isKeyframe();
    }

    /** Called before a frame, counted from 0, is encoded. */
    void before(final int frame) {
    }

    @Override
    public void encode(
        final FrameSlot slot, final long pts, final long arrivalNs, final boolean forceKeyframe,
        final PacketHandler out) {
        final int frame = frames++;
        before(frame);
        encoder.encode(slot, pts, arrivalNs, forceKeyframe, packet -> out.onPacket(packet.describe(packet.kind(),
            packet.pts(), packet.dts(), isKeyframe(frame, packet), packet.arrivalNs())));
    }

    @Override
    public void flush(final PacketHandler out) {
        encoder.flush(out);
    }

    @Override
    public String name() {
        return encoder.name();
    }

    @Override
    public FrameFormat format() {
        return encoder.format();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
