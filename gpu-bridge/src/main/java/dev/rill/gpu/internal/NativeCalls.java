package dev.rill.gpu.internal;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Calls of the native library that need structures: fills them, calls, and reads the answer. Not for the hot path. */
public final class NativeCalls {
    /** Processes that the pool is shared with may write it. */
    public static final int POOL_WRITABLE = 1;

    private static final int BASIS_RGB = 1;
    private static final int MODEL_NAME_BYTES = 32;
    private static final int TEXT_BYTES = 128;
    private static final int ERROR_BYTES = 512;
    private static final int MAX_DEVICES = 64;

    private NativeCalls() {
    }

    /** An entry of the native device list; fields as in {@code rill_device_info}. */
    public record Info(
        int index, int kind, String name, String description, boolean isUsable, String refusal, int capabilities) {
    }

    /** Memory of a native pool. */
    public record Pool(long handle, long base, long slotStride) {
        /** A view of one slot, in native byte order; not guarded. */
        public ByteBuffer slot(final int index, final int bytes) {
            return new Pointer(base + index * slotStride).getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
        }
    }

    /** Memory that a link can share; the buffer is in native byte order and not guarded. */
    public record Region(long handle, ByteBuffer buffer) {
    }

    /** A tensor as plain numbers; fields as in {@code rill_tensor}, in the basis of red, green and blue. */
    public record Tensor(
        int type, int layout, int width, int height, int fit, int filter, float[] forward, float[] backward,
        float[] fill) {
    }

    /** An open plug-in; fields as in {@code rill_plugin_info}. */
    public record Plugin(long handle, String name, String description, List<Parameter> parameters) {
    }

    /** A parameter of a plug-in; fields as in {@code rill_parameter_info}. */
    public record Parameter(String name, double minimum, double maximum, double otherwise, String description) {
    }

    /** Frame geometry as plain numbers; arrays of one element per plane. */
    public record Geometry(
        int pixelFormat, int width, int height, int[] offsets, int[] strides, int[] widths, int[] rows, int colours,
        int slotBytes) {
    }

    /** Text of the calling thread's last failure. */
    public static String lastError() {
        try (OffHeap text = OffHeap.allocate(ERROR_BYTES)) {
            RillNative.rill_last_error(text.address(), ERROR_BYTES);
            return string(text.buffer(), 0, ERROR_BYTES);
        }
    }

    /**
     * Names the file of the CUDA driver, before the first probe.
     *
     * @return whether it came in time.
     */
    static boolean driverLibrary(final String file) {
        try (OffHeap text = text(file)) {
            return RillNative.rill_driver_library(text.address()) == 0;
        }
    }

    /** The native device list. */
    public static List<Info> probe() {
        final List<Info> devices = new ArrayList<>();
        try (OffHeap infos = OffHeap.allocate((long) MAX_DEVICES * NativeLayout.INFO_SIZE)) {
            final ByteBuffer buffer = infos.buffer();
            for (int i = 0; i < MAX_DEVICES; i++) {
                header(buffer, i * NativeLayout.INFO_SIZE, NativeLayout.INFO_SIZE);
            }
            final int count = Math.min(MAX_DEVICES, RillNative.rill_probe(infos.address(), MAX_DEVICES));
            for (int i = 0; i < count; i++) {
                devices.add(info(buffer, i * NativeLayout.INFO_SIZE));
            }
        }
        return devices;
    }

    /** The processor's entry of the native device list; touches no driver. */
    public static Info describeCpu() {
        try (OffHeap info = OffHeap.allocate(NativeLayout.INFO_SIZE)) {
            final ByteBuffer buffer = struct(info, NativeLayout.INFO_SIZE);
            RillNative.rill_describe(0, info.address());
            return info(buffer, 0);
        }
    }

    private static Info info(final ByteBuffer buffer, final int at) {
        return new Info(buffer.getInt(at + NativeLayout.INFO_INDEX), buffer.getInt(at + NativeLayout.INFO_KIND),
            string(buffer, at + NativeLayout.INFO_NAME, 16), string(buffer, at + NativeLayout.INFO_DESCRIPTION, 128),
            buffer.getInt(at + NativeLayout.INFO_USABLE) != 0, string(buffer, at + NativeLayout.INFO_REFUSAL, 256),
            buffer.getInt(at + NativeLayout.INFO_CAPABILITIES));
    }

    /**
     * Opens a device.
     *
     * @param index   in the list of {@link #probe}.
     * @param threads worker threads, where it has any.
     * @return a handle, or a negative code.
     */
    public static long openDevice(final int index, final int threads) {
        try (OffHeap options = OffHeap.allocate(NativeLayout.OPTIONS_SIZE); OffHeap handle = OffHeap.allocate(8)) {
            struct(options, NativeLayout.OPTIONS_SIZE).putInt(NativeLayout.OPTIONS_THREADS, threads);
            final int code = RillNative.rill_device_open(index, options.address(), handle.address());
            return code < 0 ? code : handle.buffer().getLong(0);
        }
    }

    /**
     * Allocates a pool.
     *
     * @param device   handle.
     * @param geometry of its slots.
     * @param slots    number of slots.
     * @param flags    0, or {@link #POOL_WRITABLE}.
     * @return the pool, or null on failure, see {@link #lastError}.
     */
    public static Pool createPool(final long device, final Geometry geometry, final int slots, final int flags) {
        try (OffHeap format = OffHeap.allocate(NativeLayout.FORMAT_SIZE);
            OffHeap info = OffHeap.allocate(NativeLayout.POOL_SIZE)) {
            writeFormat(format.buffer(), 0, geometry);
            final ByteBuffer buffer = struct(info, NativeLayout.POOL_SIZE);
            if (RillNative.rill_pool_create(device, format.address(), slots, flags, info.address()) < 0) {
                return null;
            }
            return new Pool(buffer.getLong(NativeLayout.POOL_HANDLE), buffer.getLong(NativeLayout.POOL_BASE),
                buffer.getLong(NativeLayout.POOL_SLOT_STRIDE));
        }
    }

    /**
     * Opens a session.
     *
     * @param device         handle.
     * @param model          name.
     * @param plugin         handle of its plug-in, or 0 for a built-in model.
     * @param parameterCount number of parameters that the caller believes it to take.
     * @param geometry       of its frames.
     * @param window         tickets in flight.
     * @param block          stays allocated until the session is closed.
     * @return a handle, or a negative code, see {@link #lastError}.
     */
    public static long openSession(
        final long device,
        final String model,
        final long plugin,
        final int parameterCount,
        final Geometry geometry,
        final int window,
        final CompletionBlock block) {
        try (OffHeap options = OffHeap.allocate(NativeLayout.SESSION_SIZE); OffHeap handle = OffHeap.allocate(8)) {
            final ByteBuffer buffer = struct(options, NativeLayout.SESSION_SIZE);
            buffer.putInt(NativeLayout.SESSION_PARAMETER_COUNT, parameterCount);
            buffer.putInt(NativeLayout.SESSION_WINDOW, window);
            buffer.putLong(NativeLayout.SESSION_BLOCK, block.address());
            buffer.putLong(NativeLayout.SESSION_BLOCK_BYTES, block.length());
            final byte[] name = model.getBytes(StandardCharsets.UTF_8);
            buffer.put(NativeLayout.SESSION_MODEL, name, 0, Math.min(name.length, MODEL_NAME_BYTES - 1));
            writeFormat(buffer, NativeLayout.SESSION_FORMAT, geometry);
            buffer.putLong(NativeLayout.SESSION_PLUGIN, plugin);
            final int code = RillNative.rill_session_open(device, options.address(), handle.address());
            return code < 0 ? code : handle.buffer().getLong(0);
        }
    }

    /** Sums of a session's device times: frames measured, and ns of copies in, of the model, and of copies out. */
    public static long[] timesOf(final long session) {
        try (OffHeap times = OffHeap.allocate(NativeLayout.TIMES_SIZE)) {
            final ByteBuffer buffer = struct(times, NativeLayout.TIMES_SIZE);
            RillNative.rill_session_times(session, times.address());
            return new long[] {
                buffer.getLong(NativeLayout.TIMES_FRAMES), buffer.getLong(NativeLayout.TIMES_COPY_IN),
                buffer.getLong(NativeLayout.TIMES_MODEL), buffer.getLong(NativeLayout.TIMES_COPY_OUT),
            };
        }
    }

    /** What a plug-in said of the latest frame that failed in a session; empty if nothing did. */
    public static String failureOf(final long session) {
        try (OffHeap text = OffHeap.allocate(ERROR_BYTES)) {
            return RillNative.rill_session_failure(session, text.address(), ERROR_BYTES) < 0 ? ""
                : string(text.buffer(), 0, ERROR_BYTES);
        }
    }

    /**
     * Loads a plug-in.
     *
     * @param path of its library, with a folder.
     * @return the plug-in, or null on failure, see {@link #lastError}.
     */
    public static Plugin openPlugin(final String path) {
        try (OffHeap text = text(path); OffHeap info = OffHeap.allocate(NativeLayout.PLUGIN_SIZE)) {
            final ByteBuffer buffer = struct(info, NativeLayout.PLUGIN_SIZE);
            if (RillNative.rill_plugin_open(text.address(), info.address()) < 0) {
                return null;
            }
            final List<Parameter> parameters = new ArrayList<>();
            for (int i = 0; i < buffer.getInt(NativeLayout.PLUGIN_PARAMETER_COUNT); i++) {
                parameters.add(
                    parameter(buffer, NativeLayout.PLUGIN_PARAMETERS + i * NativeLayout.PARAMETER_INFO_SIZE));
            }
            return new Plugin(buffer.getLong(NativeLayout.PLUGIN_HANDLE),
                string(buffer, NativeLayout.PLUGIN_NAME, MODEL_NAME_BYTES),
                string(buffer, NativeLayout.PLUGIN_DESCRIPTION, TEXT_BYTES), parameters);
        }
    }

    private static Parameter parameter(final ByteBuffer buffer, final int at) {
        return new Parameter(string(buffer, at + NativeLayout.PARAMETER_INFO_NAME, MODEL_NAME_BYTES),
            buffer.getDouble(at + NativeLayout.PARAMETER_INFO_MINIMUM),
            buffer.getDouble(at + NativeLayout.PARAMETER_INFO_MAXIMUM),
            buffer.getDouble(at + NativeLayout.PARAMETER_INFO_OTHERWISE),
            string(buffer, at + NativeLayout.PARAMETER_INFO_DESCRIPTION, TEXT_BYTES));
    }

    /**
     * Measures copies.
     *
     * @param device     handle.
     * @param pool       handle, of two slots or more.
     * @param bytes      of one copy.
     * @param rounds     of copies.
     * @param directions 1 to the device, 2 from it, 3 both at once.
     * @return nanoseconds of one round, or a negative code, see {@link #lastError}.
     */
    public static double awaitCopies(
        final long device, final long pool, final long bytes, final int rounds, final int directions) {
        try (OffHeap ns = OffHeap.allocate(Double.BYTES)) {
            final int code =
                RillNative.rill_device_copies_await(device, pool, bytes, rounds, directions, ns.address());
            return code < 0 ? code : ns.buffer().getDouble(0);
        }
    }

    /**
     * Makes what converts between frames and tensors.
     *
     * @param geometry of the frames.
     * @param tensor   what becomes of them.
     * @return a handle, or a negative code, see {@link #lastError}.
     */
    public static long openConverter(final Geometry geometry, final Tensor tensor) {
        try (OffHeap format = OffHeap.allocate(NativeLayout.FORMAT_SIZE);
            OffHeap wanted = OffHeap.allocate(NativeLayout.TENSOR_SIZE);
            OffHeap handle = OffHeap.allocate(Long.BYTES)) {
            writeFormat(format.buffer(), 0, geometry);
            final ByteBuffer buffer = struct(wanted, NativeLayout.TENSOR_SIZE);
            buffer.putInt(NativeLayout.TENSOR_TYPE, tensor.type()).putInt(NativeLayout.TENSOR_LAYOUT, tensor.layout());
            buffer.putInt(NativeLayout.TENSOR_WIDTH, tensor.width());
            buffer.putInt(NativeLayout.TENSOR_HEIGHT, tensor.height());
            buffer.putInt(NativeLayout.TENSOR_FIT, tensor.fit()).putInt(NativeLayout.TENSOR_FILTER, tensor.filter());
            floats(buffer, NativeLayout.TENSOR_FORWARD, tensor.forward());
            floats(buffer, NativeLayout.TENSOR_BACKWARD, tensor.backward());
            floats(buffer, NativeLayout.TENSOR_FILL, tensor.fill());
            buffer.putInt(NativeLayout.TENSOR_BASIS, BASIS_RGB);
            final int code =
                RillNative.rill_converter_open(format.address(), wanted.address(), handle.address());
            return code < 0 ? code : handle.buffer().getLong(0);
        }
    }

    private static void floats(final ByteBuffer buffer, final int at, final float[] values) {
        for (int i = 0; i < values.length; i++) {
            buffer.putFloat(at + i * Float.BYTES, values[i]);
        }
    }

    /**
     * Maps memory that a link can share.
     *
     * @param bytes length.
     * @return the region, or null on failure, see {@link #lastError}.
     */
    public static Region createRegion(final int bytes) {
        try (OffHeap info = OffHeap.allocate(NativeLayout.REGION_SIZE)) {
            final ByteBuffer buffer = struct(info, NativeLayout.REGION_SIZE);
            return RillNative.rill_region_create(bytes, info.address()) < 0 ? null
                : new Region(buffer.getLong(NativeLayout.REGION_HANDLE),
                    new Pointer(buffer.getLong(NativeLayout.REGION_BASE)).getByteBuffer(0, bytes)
                        .order(ByteOrder.nativeOrder()));
        }
    }

    /**
     * Makes a socket for one other process.
     *
     * @param path of a file that does not exist.
     * @return a handle, or a negative code, see {@link #lastError}.
     */
    public static long listen(final String path) {
        try (OffHeap text = text(path); OffHeap handle = OffHeap.allocate(Long.BYTES)) {
            final int code = RillNative.rill_link_listen(text.address(), handle.address());
            return code < 0 ? code : handle.buffer().getLong(0);
        }
    }

    private static OffHeap text(final String string) {
        final byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
        final OffHeap text = OffHeap.allocate(bytes.length + 1);
        text.buffer().put(0, bytes);
        return text;
    }

    private static ByteBuffer struct(final OffHeap memory, final int size) {
        header(memory.buffer(), 0, size);
        return memory.buffer();
    }

    private static void header(final ByteBuffer buffer, final int at, final int size) {
        buffer.putInt(at, size);
        buffer.putInt(at + Integer.BYTES, NativeLayout.STRUCT_VERSION);
    }

    private static void writeFormat(final ByteBuffer buffer, final int at, final Geometry geometry) {
        header(buffer, at, NativeLayout.FORMAT_SIZE);
        buffer.putInt(at + NativeLayout.FORMAT_PIXEL_FORMAT, geometry.pixelFormat());
        buffer.putInt(at + NativeLayout.FORMAT_WIDTH, geometry.width());
        buffer.putInt(at + NativeLayout.FORMAT_HEIGHT, geometry.height());
        buffer.putInt(at + NativeLayout.FORMAT_PLANE_COUNT, geometry.offsets().length);
        for (int i = 0; i < geometry.offsets().length; i++) {
            buffer.putLong(at + NativeLayout.FORMAT_PLANE_OFFSET + i * Long.BYTES, geometry.offsets()[i]);
            buffer.putInt(at + NativeLayout.FORMAT_PLANE_STRIDE + i * Integer.BYTES, geometry.strides()[i]);
            buffer.putInt(at + NativeLayout.FORMAT_PLANE_WIDTH + i * Integer.BYTES, geometry.widths()[i]);
            buffer.putInt(at + NativeLayout.FORMAT_PLANE_ROWS + i * Integer.BYTES, geometry.rows()[i]);
        }
        buffer.putInt(at + NativeLayout.FORMAT_COLOURS, geometry.colours());
        buffer.putLong(at + NativeLayout.FORMAT_SLOT_BYTES, geometry.slotBytes());
    }

    private static String string(final ByteBuffer buffer, final int at, final int bytes) {
        int length = 0;
        while (length < bytes && buffer.get(at + length) != 0) {
            length++;
        }
        final byte[] text = new byte[length];
        buffer.get(at, text, 0, length);
        return new String(text, StandardCharsets.UTF_8);
    }
}
