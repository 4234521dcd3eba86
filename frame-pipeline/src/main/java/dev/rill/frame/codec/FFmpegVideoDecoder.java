package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_COPY_OPAQUE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import dev.rill.frame.Packet;
import dev.rill.gpu.Colours;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Video decoding by libavcodec on the calling thread. Public for the intake of files beside this package, not for
 * hosts: they use {@link Codecs}.
 * <p>
 * The memory of a {@link Packet} is lent to the codec for the length of the call, not copied. The codec writes its
 * pictures straight into slots ({@link DecoderLoans}); one that could not be decoded that way is copied or converted
 * into a slot. A picture that finds no slot stays in the decoder and blocks it ({@link #BACK_PRESSURED}) until one is
 * free: none is lost.
 */
public final class FFmpegVideoDecoder implements VideoDecoder {
    private final String name;
    private final String hardwareName;
    private final SlotSource slots;
    private final boolean strict;
    private final PictureFormat formats;
    private final FrameImporter importer;
    private final DecoderLoans loans;
    private final NativeAddress arrival = new NativeAddress();
    private AVCodecContext codec;
    private AVPacket unit;
    private AVFrame picture;
    private HardwareContext hardware;
    private boolean pictureHeld;
    private boolean awaitingKeyframe;
    private boolean flushing;
    private boolean damageSeen;
    private boolean damagedInside;
    private long damagedPackets;
    private long skippedPackets;

    private FFmpegVideoDecoder(
        final String name, final SlotSource slots, final boolean strict, final Colours fixed) {
        this.name = name;
        hardwareName = name + " (nvdec)";
        this.slots = slots;
        this.strict = strict;
        formats = new PictureFormat(!strict, fixed);
        importer = new FrameImporter(formats);
        loans = new DecoderLoans(slots, formats);
        awaitingKeyframe = strict;
    }

    static FFmpegVideoDecoder h264(final SlotSource slots, final HardwareUse hardware, final long maxPixels) {
        return open(AV_CODEC_ID_H264, null, slots, true, null, hardware, maxPixels);
    }

    /**
     * Opens a decoder for a stream of a file. It delivers damaged pictures as far as the codec could repair them, and
     * converts full-range samples to limited range.
     *
     * @param parameters what the demuxer knows of the stream.
     * @param slots      where pictures go.
     * @param colours    of all pictures, those made of RGB as well, whatever the stream declares; null for what
     *                   it declares.
     * @param maxPixels  of the largest picture; units with larger ones are damaged, and no memory is taken for them.
     * @return the decoder; close it.
     * @throws MediaException if there is none for this codec.
     */
    public static FFmpegVideoDecoder intake(
        final AVCodecParameters parameters, final SlotSource slots, final Colours colours,
        final long maxPixels) {
        return open(parameters.codec_id(), parameters, slots, false, colours, HardwareUse.OFF, maxPixels);
    }

    private static FFmpegVideoDecoder open(
        final int codecId, final AVCodecParameters parameters, final SlotSource slots, final boolean strict,
        final Colours fixed, final HardwareUse use, final long maxPixels) {
        FFmpeg.load();
        final String codecName = avcodec_get_name(codecId).getString();
        final AVCodec implementation = FFmpeg.check(avcodec_find_decoder(codecId), "decoder for " + codecName);
        final FFmpegVideoDecoder decoder =
            new FFmpegVideoDecoder(implementation.name().getString(), slots, strict, fixed);
        try {
            decoder.start(implementation, parameters, use, maxPixels);
        } catch (final MediaException ex) {
            decoder.close();
            throw ex;
        }
        return decoder;
    }

    private void start(
        final AVCodec implementation, final AVCodecParameters parameters, final HardwareUse use,
        final long maxPixels) {
        final String what = "decoder " + name;
        codec = FFmpeg.check(avcodec_alloc_context3(implementation), what);
        if (parameters != null) {
            FFmpeg.check(avcodec_parameters_to_context(codec, parameters), what);
        }
        codec.thread_count(1);
        codec.max_pixels(maxPixels);
        codec.flags(codec.flags() | AV_CODEC_FLAG_COPY_OPAQUE);
        DecoderLoans.attach(codec);
        hardware = HardwareContext.attach(use, codec);
        FFmpeg.check(avcodec_open2(codec, implementation, (AVDictionary) null), what);
        unit = FFmpeg.check(av_packet_alloc(), what);
        picture = FFmpeg.check(av_frame_alloc(), what);
    }

    @Override
    public int decode(final Packet packet, final FrameHandler handler) {
        if (!isReady(handler)) {
            return BACK_PRESSURED;
        }
        if (awaitingKeyframe && !packet.isKeyframe()) {
            skippedPackets++;
            return DAMAGED;
        }
        if (damagedInside && !forgetDamage(handler)) {
            return BACK_PRESSURED;
        }
        awaitingKeyframe = false;
        final AVBufferRef ours = lend(packet);
        try {
            unit.pts(packet.pts()).dts(packet.dts()).opaque(arrival.set(packet.arrivalNs()));
            return consume(unit, handler);
        } finally {
            takeBack(ours);
        }
    }

    /**
     * Decodes one unit as a demuxer delivered it, its times rescaled to 90 kHz.
     *
     * @param packet    borrowed.
     * @param arrivalNs when it was read.
     * @param handler   called for every picture that became ready.
     * @return as {@link #decode(Packet, FrameHandler)}.
     */
    public int decode(final AVPacket packet, final long arrivalNs, final FrameHandler handler) {
        if (!isReady(handler)) {
            return BACK_PRESSURED;
        }
        packet.opaque(arrival.set(arrivalNs));
        return consume(packet, handler);
    }

    private boolean isReady(final FrameHandler handler) {
        return hasRoom(handler) || loans.holdAll() && letGo();
    }

    /**
     * Damage may have raised the number of pictures that the codec reorders, for good, and left references of another
     * size: a keyframe behind it begins with an empty codec. What it still has is delivered first.
     */
    private boolean forgetDamage(final FrameHandler handler) {
        if (flush(handler) == BACK_PRESSURED) {
            return false;
        }
        codec.has_b_frames(0);
        damagedInside = false;
        return true;
    }

    private boolean hasRoom(final FrameHandler handler) {
        if (pictureHeld && !drainHeld(handler)) {
            return false;
        }
        return !isSupported(codec.width(), codec.height()) || slots.available(formats.of(codec)) > 0;
    }

    /**
     * A damaged stream may change its size again and again while the codec keeps pictures of old sizes; where these are
     * all that is out, waiting would never end. Then they are given up.
     */
    private boolean letGo() {
        dropPicture();
        avcodec_flush_buffers(codec);
        loans.reclaim();
        noteDamage();
        return true;
    }

    private boolean drainHeld(final FrameHandler handler) {
        loans.begin();
        try {
            return drain(handler) != BACK_PRESSURED;
        } finally {
            loans.end();
        }
    }

    /**
     * Whether pictures of this size fit a slot; the decoder drops others and counts their packets as damaged.
     *
     * @param width  in pixels; an odd last column does not count.
     * @param height in pixels; an odd last row does not count.
     * @return true if they do.
     */
    public static boolean isSupported(final int width, final int height) {
        return Math.min(width, height) >= FrameFormat.MIN_DIMENSION
            && (Math.max(width, height) & ~1) <= FrameFormat.MAX_DIMENSION;
    }

    private AVBufferRef lend(final Packet packet) {
        final BytePointer data = new BytePointer(packet.data());
        final AVBufferRef ours = LentMemory.lend(data, packet.length() + (long) Packet.PADDING);
        unit.buf(av_buffer_ref(ours));
        unit.data(data).size(packet.length());
        unit.flags(0);
        return ours;
    }

    private void takeBack(final AVBufferRef ours) {
        av_packet_unref(unit);
        final boolean returned = LentMemory.isReturned(ours);
        av_buffer_unref(ours);
        if (!returned) {
            throw new IllegalStateException("decoder " + name + ": kept memory of a packet beyond the call");
        }
    }

    private int consume(final AVPacket packet, final FrameHandler handler) {
        damageSeen = false;
        loans.begin();
        try {
            final int sent = avcodec_send_packet(codec, packet);
            if (sent < 0) {
                noteDamage();
            }
            drain(handler);
        } finally {
            loans.end();
        }
        return damageSeen ? DAMAGED : DECODED;
    }

    private void noteDamage() {
        if (!damageSeen) {
            damagedPackets++;
        }
        damageSeen = true;
        damagedInside = strict;
        awaitingKeyframe = strict;
    }

    private int drain(final FrameHandler handler) {
        while (true) {
            if (!pictureHeld) {
                final int received = avcodec_receive_frame(codec, picture);
                if (received == FFmpeg.AGAIN || received == AVERROR_EOF) {
                    return DECODED;
                }
                if (received < 0) {
                    noteDamage();
                    continue;
                }
                pictureHeld = true;
            }
            if (!deliver(handler)) {
                return BACK_PRESSURED;
            }
        }
    }

    private boolean deliver(final FrameHandler handler) {
        if (strict && isRepaired() || !isSupported(picture.width(), picture.height())) {
            noteDamage();
            dropPicture();
            return true;
        }
        final FrameSlot slot = slotOfPicture();
        if (slot == null) {
            return false;
        }
        final long pts = strict ? picture.pts() : picture.best_effort_timestamp();
        final Pointer opaque = picture.opaque();
        final boolean keyframe = (picture.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
        dropPicture();
        handler.onFrame(slot, pts, opaque == null ? 0 : opaque.address(), keyframe);
        return true;
    }

    /** The slot that the codec wrote, or another one with a copy of the picture; null if none is free. */
    private FrameSlot slotOfPicture() {
        hardware.note(picture);
        final FrameSlot written = formats.isPlain(picture) ? loans.slotOf(picture) : null;
        return written == null ? slotWithCopy() : written.retain();
    }

    private FrameSlot slotWithCopy() {
        FrameSlot slot = null;
        boolean filled = false;
        try {
            slot = slots.acquire(formats.of(picture), 0);
            if (slot != null) {
                importer.bring(hardware.toHost(picture), slot);
            }
            filled = true;
            return slot;
        } finally {
            if (!filled) {
                dropPicture();
                if (slot != null) {
                    slot.release();
                }
            }
        }
    }

    private boolean isRepaired() {
        return picture.decode_error_flags() != 0 || (picture.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
    }

    private void dropPicture() {
        av_frame_unref(picture);
        pictureHeld = false;
    }

    @Override
    public int flush(final FrameHandler handler) {
        final int outcome;
        loans.begin();
        try {
            outcome = flushAtWork(handler);
        } finally {
            loans.end();
        }
        if (outcome == BACK_PRESSURED && loans.holdAll() && letGo()) {
            flushing = false;
            return DECODED;
        }
        return outcome;
    }

    private int flushAtWork(final FrameHandler handler) {
        if (!flushing) {
            avcodec_send_packet(codec, null);
            flushing = true;
        }
        if (drain(handler) == BACK_PRESSURED) {
            return BACK_PRESSURED;
        }
        avcodec_flush_buffers(codec);
        flushing = false;
        awaitingKeyframe = strict;
        return DECODED;
    }

    @Override
    public long damagedPackets() {
        return damagedPackets;
    }

    @Override
    public long skippedPackets() {
        return skippedPackets;
    }

    @Override
    public long copiedFrames() {
        return importer.copiedFrames();
    }

    @Override
    public long convertedFrames() {
        return importer.convertedFrames();
    }

    @Override
    public long hostBytes() {
        return importer.hostBytes();
    }

    @Override
    public String name() {
        return hardware.isDecoding() ? hardwareName : name;
    }

    @Override
    public void close() {
        FFmpeg.free(picture, unit, codec);
        picture = null;
        unit = null;
        codec = null;
        importer.close();
        if (hardware != null) {
            hardware.close();
        }
        loans.close();
    }
}
