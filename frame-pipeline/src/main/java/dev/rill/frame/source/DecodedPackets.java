package dev.rill.frame.source;

import dev.rill.frame.DecoderSlots;
import dev.rill.frame.FramePipelineContext;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.codec.HardwareUse;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.gpu.Bridge;
import java.util.ArrayDeque;

/**
 * The pictures of a source of H.264. Packets and pictures keep their order; segments end when their pictures are out.
 */
public final class DecodedPackets extends ForwardingMedium implements PictureSource {
    private final MediaSource source;
    private final DecoderSlots slots;
    private final VideoDecoder decoder;
    private final ArrayDeque<Packet> pending = new ArrayDeque<>();
    private boolean flushDue;
    private boolean over;
    private boolean endsSegment;
    private boolean closed;
    private volatile long unitsLost;

    /**
     * Opens the decoder.
     *
     * @param source owned from now on, also when this fails.
     * @param bridge allocates slots; stays the caller's and outlives this.
     * @param frames pictures that may be out at a time.
     * @throws dev.rill.frame.codec.MediaException if there is no decoder.
     */
    public DecodedPackets(final MediaSource source, final Bridge bridge, final int frames) {
        super(source);
        this.source = source;
        slots = new DecoderSlots(bridge, frames);
        // A channel brings what a peer likes, a file is the host's own.
        final int maxPixels = source.isSegmented() ? FramePipelineContext.MAX_PIXELS_DEFAULT : Integer.MAX_VALUE;
        try {
            decoder = Codecs.h264Decoder(slots, HardwareUse.OFF, maxPixels);
        } catch (final RuntimeException ex) {
            slots.close();
            source.close();
            throw ex;
        }
    }

    @Override
    public int read(final FrameHandler pictures, final PacketHandler sound) {
        endsSegment = false;
        if (pending.isEmpty() && !flushDue && !over) {
            over = !source.read(pending::add);
            flushDue = over || source.endsSegment();
        }
        while (!pending.isEmpty()) {
            if (pending.peek().kind() == Packet.Kind.AUDIO) {
                sound.onPacket(pending.poll());
            } else if (!decode(pictures)) {
                return BACK_PRESSURED;
            }
        }
        return flushDue ? flush(pictures) : over ? ENDED : READ;
    }

    private boolean decode(final FrameHandler pictures) {
        final int outcome = decoder.decode(pending.peek(), pictures);
        if (outcome == VideoDecoder.BACK_PRESSURED) {
            return false;
        }
        if (outcome == VideoDecoder.DAMAGED) {
            unitsLost++;
        }
        pending.poll().release();
        return true;
    }

    /** Nothing builds on what is in front of the end of a segment. */
    private int flush(final FrameHandler pictures) {
        if (decoder.flush(pictures) == VideoDecoder.BACK_PRESSURED) {
            return BACK_PRESSURED;
        }
        flushDue = false;
        endsSegment = source.endsSegment();
        return over ? ENDED : READ;
    }

    @Override
    public boolean endsSegment() {
        return endsSegment;
    }

    @Override
    public long unitsLost() {
        return unitsLost;
    }

    @Override
    public void cancel() {
        source.close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        source.close();
        pending.forEach(Packet::release);
        pending.clear();
        decoder.close();
        slots.close();
    }
}
