package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_align_dimensions2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_default_get_buffer2;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;

import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext.Get_buffer2_AVCodecContext_AVFrame_int;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.IntPointer;

/**
 * Slots that a decoder writes its pictures into, and keeps as references for later pictures. Belongs to the thread that
 * decodes.
 * <p>
 * Between {@link #begin} and {@link #end} libavcodec asks {@code get_buffer2} on the calling thread, since it decodes
 * with one thread. A picture gets a slot if it is 8-bit 4:2:0 and the rows and strides that the codec demands
 * ({@code avcodec_align_dimensions2}) fit the slot's; any other, and one that finds no slot free, gets memory of
 * libavcodec and is copied later. So a request never fails for want of a slot. Slots that the codec alone holds are
 * limited to what its stream declares, so that users of the slot source always find as many as they count on.
 * <p>
 * A loan keeps a reference to its slot until the codec has let go of it, which {@link #reclaim} looks for after each
 * call. As long as the loan lasts the slot may be read by the codec, so nobody may write into it.
 */
final class DecoderLoans implements AutoCloseable {
    /** One for all decoders: JavaCPP has room for ten instances of a callback type. It has no state of its own. */
    private static final GetBuffer GET_BUFFER = new GetBuffer();

    /** Whose decoder is at work on this thread; set for the length of a call only. */
    private static final ThreadLocal<DecoderLoans> AT_WORK = new ThreadLocal<>();

    private static final int MAX_REFERENCES = 16;
    private static final int IN_THE_MAKING = 2;

    private record Loan(AVBufferRef ours, FrameSlot slot) { }

    private final SlotSource slots;
    private final PictureFormat formats;
    private final ArrayDeque<Loan> loans = new ArrayDeque<>();
    private final NativeAddress address = new NativeAddress();
    private final IntPointer width = new IntPointer(1);
    private final IntPointer height = new IntPointer(1);
    private final IntPointer strideAlignments = new IntPointer(AVFrame.AV_NUM_DATA_POINTERS);
    private RuntimeException failure;

    DecoderLoans(final SlotSource slots, final PictureFormat formats) {
        this.slots = slots;
        this.formats = formats;
    }

    static void attach(final AVCodecContext codec) {
        codec.get_buffer2(GET_BUFFER);
    }

    void begin() {
        AT_WORK.set(this);
    }

    /** Ends what {@link #begin} began, and throws what a slot source threw meanwhile. */
    void end() {
        AT_WORK.remove();
        reclaim();
        if (failure != null) {
            final RuntimeException thrown = failure;
            failure = null;
            throw thrown;
        }
    }

    /** The slot that this picture was decoded into and still shows from its first sample on, or null. */
    FrameSlot slotOf(final AVFrame picture) {
        if (!formats.isPlain(picture)) {
            return null;
        }
        final long start = picture.data(0).address();
        for (final Loan loan : loans) {
            if (loan.slot.planeAddress(0) == start) {
                return loan.slot.format().equals(formats.of(picture)) ? loan.slot : null;
            }
        }
        return null;
    }

    /** Whether every slot that is out is held by the codec, and by nobody who could give it back. */
    boolean holdAll() {
        return !loans.isEmpty() && slots.outstanding() == loans.size() && keptNow() == loans.size();
    }

    /** Gives back the slots that the codec has let go of. */
    void reclaim() {
        final Iterator<Loan> iterator = loans.iterator();
        while (iterator.hasNext()) {
            final Loan loan = iterator.next();
            if (LentMemory.isReturned(loan.ours)) {
                iterator.remove();
                av_buffer_unref(loan.ours);
                loan.slot.release();
            }
        }
    }

    /** Returns false if the picture must do with memory of libavcodec. */
    private boolean lend(final AVCodecContext codec, final AVFrame picture) {
        if (!formats.isPlain(picture) || !FFmpegVideoDecoder.isSupported(codec.width(), codec.height())) {
            return false;
        }
        final int kept = kept(codec);
        if (keptNow() >= kept) {
            return false;
        }
        final FrameSlot slot = slots.acquire(formats.of(codec), kept);
        if (slot == null) {
            return false;
        }
        if (!hasRoom(codec, picture, slot.format())) {
            slot.release();
            return false;
        }
        fill(picture, slot);
        return true;
    }

    /** Pictures the codec may hold at once: references, those waiting for their turn, those in the making. */
    private static int kept(final AVCodecContext codec) {
        return codec.codec_id() == AV_CODEC_ID_H264
            ? Math.min(MAX_REFERENCES, codec.refs() + codec.has_b_frames()) + IN_THE_MAKING
            : MAX_REFERENCES + IN_THE_MAKING;
    }

    /** Loans that nobody but the codec uses, and that so come back only by more input. */
    private int keptNow() {
        int count = 0;
        for (final Loan loan : loans) {
            count += loan.slot.referenceCount() == 1 ? 1 : 0;
        }
        return count;
    }

    private boolean hasRoom(final AVCodecContext codec, final AVFrame picture, final FrameFormat format) {
        width.put(picture.width());
        height.put(picture.height());
        avcodec_align_dimensions2(codec, width, height, strideAlignments);
        for (int plane = 0; plane < format.planeCount(); plane++) {
            final int alignment = Math.max(1, strideAlignments.get(plane));
            if (format.planeStride(plane) % alignment != 0) {
                return false;
            }
        }
        return width.get() <= format.planeStride(0) && height.get() <= format.planeAllocatedRows(0);
    }

    private void fill(final AVFrame picture, final FrameSlot slot) {
        final FrameFormat format = slot.format();
        final AVBufferRef ours = LentMemory.lend(address.set(slot.planeAddress(0)), format.sizeBytes());
        loans.add(new Loan(ours, slot));
        picture.buf(0, LentMemory.another(ours));
        for (int plane = 0; plane < format.planeCount(); plane++) {
            picture.data(plane, address.set(slot.planeAddress(plane)));
            picture.linesize(plane, format.planeStride(plane));
        }
        picture.extended_data(picture.data());
    }

    /** Gives back what the codec has let go of; it is closed before. */
    @Override
    public void close() {
        reclaim();
        final int kept = loans.size();
        width.close();
        height.close();
        strideAlignments.close();
        if (kept > 0) {
            throw new IllegalStateException("decoder: " + kept + " slots are still referenced after it was closed");
        }
    }

    private static final class GetBuffer extends Get_buffer2_AVCodecContext_AVFrame_int {
        @Override
        public int call(final AVCodecContext codec, final AVFrame picture, final int flags) {
            final DecoderLoans loans = AT_WORK.get();
            try {
                if (loans != null && loans.lend(codec, picture)) {
                    return 0;
                }
            } catch (final RuntimeException ex) {
                loans.failure = ex; // Must not pass through C; end() throws it.
            }
            return avcodec_default_get_buffer2(codec, picture, flags);
        }
    }
}
