package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.av_buffer_create;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_get_ref_count;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;

import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.Free_Pointer_BytePointer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Lends memory to FFmpeg that FFmpeg must not free: slots to encoders, packets to decoders, so that neither copies.
 * <p>
 * The lender keeps one reference of its own and asks {@link #isReturned} before it reuses the memory.
 */
final class LentMemory {
    /**
     * One callback for all loans: JavaCPP has room for ten instances of a callback type, and FFmpeg would free the
     * memory itself if it were handed a null callback. The constant also keeps it reachable.
     */
    private static final KeepMemory KEEP = new KeepMemory();

    private LentMemory() {
    }

    /** Wraps {@code length} bytes from {@code start} on; the caller owns the one reference. */
    static AVBufferRef lend(final BytePointer start, final long length) {
        return FFmpeg.check(av_buffer_create(start, length, KEEP, null, 0), "lending " + length + " bytes to FFmpeg");
    }

    /** One more reference to what {@code ours} refers to, for FFmpeg. */
    static AVBufferRef another(final AVBufferRef ours) {
        return FFmpeg.check(av_buffer_ref(ours), "lending memory to FFmpeg");
    }

    /** True if {@code ours} is the only reference that is left. */
    static boolean isReturned(final AVBufferRef ours) {
        return av_buffer_get_ref_count(ours) == 1;
    }

    private static final class KeepMemory extends Free_Pointer_BytePointer {
        @Override
        public void call(final Pointer opaque, final BytePointer data) {
            // The memory belongs to its lender.
        }
    }
}
