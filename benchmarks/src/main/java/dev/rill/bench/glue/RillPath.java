package dev.rill.bench.glue;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.SlotSource;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeSession;
import dev.rill.gpu.CompletionHandler;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FramePool;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.Model;
import dev.rill.gpu.ModelParameters;
import dev.rill.gpu.PixelFormat;

/** Ours: decoded into a slot, the slot handed on by the bridge, encoded from the slot. */
final class RillPath implements FramePath, SlotSource, CompletionHandler {
    private static final int WINDOW = 3;
    private static final int SLOTS = 16;

    private final FramePool pool;
    private final BridgeSession session;
    private final ModelParameters parameters;
    private final VideoDecoder decoder;
    private final VideoEncoder encoder;
    private long pts;
    private long bytes;

    RillPath(final Bridge bridge, final int width, final int height, final long bitRate) {
        final FrameFormat format = FrameFormat.of(PixelFormat.I420, width, height);
        final Model identity = Model.builtIn("identity");
        parameters = identity.defaults();
        pool = bridge.newPool(format, SLOTS);
        session = bridge.openSession(identity, format, WINDOW);
        decoder = Codecs.h264Decoder(this);
        encoder = Codecs.h264Encoder(new EncoderContext().format(format).bitRate(bitRate).packetPool(new PacketPool()));
    }

    @Override
    public long carry(final Packet unit) {
        bytes = 0;
        decoder.decode(unit, (slot, time, arrivalNs, keyframe) -> {
            while (session.submit(slot, slot, parameters) == BridgeSession.BACK_PRESSURED) {
                session.poll(this, WINDOW);
            }
            slot.release();
        });
        session.poll(this, WINDOW);
        return bytes;
    }

    @Override
    public void onCompletion(
        final long ticket, final int status, final FrameSlot in, final FrameSlot out, final long parameterVersion,
        final long deviceStartNs, final long deviceEndNs) {
        in.release();
        pts += 3000;
        encoder.encode(out, pts, 0, false, packet -> {
            bytes += packet.length();
            packet.release();
        });
        out.release();
    }

    @Override
    public FrameSlot acquire(final FrameFormat format, final int kept) {
        return pool.acquire();
    }

    @Override
    public int available(final FrameFormat format) {
        return pool.available();
    }

    @Override
    public int outstanding() {
        return pool.outstanding();
    }

    @Override
    public void close() {
        while (session.inFlight() > 0) {
            session.poll(this, WINDOW);
        }
        session.close();
        decoder.close();
        encoder.close();
        pool.close();
    }
}
