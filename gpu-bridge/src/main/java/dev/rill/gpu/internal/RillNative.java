package dev.rill.gpu.internal;

/**
 * Every function of the native library, bound directly by {@link NativeLibraryLoader}: {@code long} for handles and
 * addresses, {@code int} for 32-bit values. What they do and which codes they answer is in {@code rill.h}.
 * Calling one before the library is loaded is an {@link UnsatisfiedLinkError}.
 */
@SuppressWarnings("checkstyle:MethodName") // The names are those of the C functions.
public final class RillNative {
    private RillNative() {
    }

    /** Version of the ABI. */
    public static native int rill_abi_version();

    /** Copies the calling thread's last error text. */
    public static native int rill_last_error(long buffer, int bytes);

    /** Copies sizes and offsets of every structure. */
    public static native int rill_layout(long table, int capacity);

    /** Names the file of the CUDA driver. */
    public static native int rill_driver_library(long path);

    /** Fills the device list. */
    public static native int rill_probe(long infos, int capacity);

    /** Fills one entry of the device list. */
    public static native int rill_describe(int index, long info);

    /** Opens a device. */
    public static native int rill_device_open(int index, long options, long device);

    /** Scripts a fault for tests. */
    public static native int rill_device_fault(long device, long delayNs, int status);

    /** Measures copies; waits for them. */
    public static native int rill_device_copies_await(
        long device, long pool, long bytes, int rounds, int directions, long ns);

    /** Ends a device's threads. */
    public static native int rill_device_close(long device, long timeoutNs);

    /** Allocates a pool. */
    public static native int rill_pool_create(long device, long format, int slots, int flags, long info);

    /** Frees a pool. */
    public static native int rill_pool_close(long pool);

    /** Opens a session. */
    public static native int rill_session_open(long device, long options, long session);

    /** Queues one frame; never blocks. */
    public static native int rill_submit(
        long session, long inPool, int inSlot, long outPool, int outSlot, long ticket, long parameters);

    /** Asks the device whether it still lives. */
    public static native int rill_session_check(long session);

    /** Sums of how long frames took on the device. */
    public static native int rill_session_times(long session, long times);

    /** Copies what a plug-in said of its latest failed frame. */
    public static native int rill_session_failure(long session, long buffer, int bytes);

    /** Drains and closes a session. */
    public static native int rill_session_close(long session, long timeoutNs);

    /** Loads a plug-in. */
    public static native int rill_plugin_open(long path, long info);

    /** Ends the use of a plug-in. */
    public static native int rill_plugin_close(long plugin);

    /** Makes what converts between frames and tensors. */
    public static native int rill_converter_open(long format, long tensor, long converter);

    /** Converts a frame to a tensor. */
    public static native int rill_converter_in(long converter, long frame, long tensor);

    /** Converts a tensor to a frame. */
    public static native int rill_converter_out(long converter, long tensor, long frame);

    /** Ends a converter. */
    public static native int rill_converter_close(long converter);

    /** Maps memory that a link can share. */
    public static native int rill_region_create(long bytes, long info);

    /** Unmaps it. */
    public static native int rill_region_close(long region);

    /** Makes a socket for one other process. */
    public static native int rill_link_listen(long path, long link);

    /** Waits for the other process. */
    public static native int rill_link_await(long link, long timeoutNs);

    /** Sends the descriptor of a pool or a region. */
    public static native int rill_link_share(long link, long object, int tag);

    /** Sends a message; never blocks. */
    public static native int rill_link_post(long link, long value);

    /** Waits for messages. */
    public static native int rill_link_wait(long link, long timeoutNs);

    /** Ends the connection. */
    public static native int rill_link_close(long link);
}
