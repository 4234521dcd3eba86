package dev.rill.gpu;

import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.NativeLibraryLoader;
import dev.rill.gpu.internal.RillNative;

/**
 * Converts between frames and tensors on the calling thread, by vectorised native code; one thread at a time. Allocates
 * nothing after it was made.
 */
public final class TensorConverter implements AutoCloseable {
    private final FrameFormat format;
    private final TensorFormat tensor;
    private final long handle;
    private boolean isClosed;

    /**
     * Makes a converter; the caller closes it.
     *
     * @param format of the frames.
     * @param tensor what becomes of them.
     * @throws BridgeException if there is no native library, or no memory.
     */
    public TensorConverter(final FrameFormat format, final TensorFormat tensor) {
        this.format = format;
        this.tensor = tensor;
        final String refusal = NativeLibraryLoader.refusal();
        if (!refusal.isEmpty()) {
            throw new BridgeException(Code.UNSUPPORTED, "tensors need the native library: " + refusal);
        }
        handle = NativeCalls.openConverter(NativeDevice.geometry(tensor.ofFrames(format)), new NativeCalls.Tensor(
            tensor.type().ordinal(), tensor.layout().ordinal(), tensor.width(), tensor.height(), tensor.fitOrdinal(),
            tensor.filterOrdinal(), tensor.forward(), tensor.backward(), tensor.fill()));
        if (handle < 0 && handle >= Code.BAD_PARAMETER) {
            throw new BridgeException((int) handle, this + ": " + NativeCalls.lastError());
        }
    }

    /** Format of the frames. */
    public FrameFormat format() {
        return format;
    }

    /** Format of the tensors. */
    public TensorFormat tensor() {
        return tensor;
    }

    /**
     * Writes the tensor of a frame.
     *
     * @param frame   held, of this converter's format.
     * @param address of {@link TensorFormat#sizeBytes} bytes.
     */
    public void toTensor(final FrameSlot frame, final long address) {
        check(frame);
        done(RillNative.rill_converter_in(handle, frame.planeAddress(0) - format.planeOffset(0), address));
    }

    /**
     * Writes the frame of a tensor.
     *
     * @param address of {@link TensorFormat#sizeBytes} bytes.
     * @param frame   held, of this converter's format; only its picture is written.
     */
    public void toFrame(final long address, final FrameSlot frame) {
        check(frame);
        done(RillNative.rill_converter_out(handle, address, frame.planeAddress(0) - format.planeOffset(0)));
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            done(RillNative.rill_converter_close(handle));
        }
    }

    @Override
    public String toString() {
        return "converter " + format + " to " + tensor;
    }

    private void check(final FrameSlot frame) {
        if (!frame.format().equals(format)) {
            throw new IllegalArgumentException(this + ": " + frame + " has format " + frame.format());
        }
    }

    private void done(final int code) {
        if (code != BridgeSession.OK) {
            throw new BridgeException(code, this + ": " + NativeCalls.lastError());
        }
    }
}
