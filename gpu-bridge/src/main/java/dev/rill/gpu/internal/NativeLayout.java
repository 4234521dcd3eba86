package dev.rill.gpu.internal;

import java.nio.ByteBuffer;

/**
 * Layouts of the structures of {@code rill.h} as this side believes them, and the self-test that compares them with
 * what the library says about itself. Offsets and sizes in bytes.
 */
public final class NativeLayout {
    /** Version of the ABI. */
    public static final int ABI_VERSION = 5;
    /** Version that every structure begins with, behind its size. */
    public static final int STRUCT_VERSION = 1;

    static final int INFO_SIZE = 424;
    static final int INFO_INDEX = 8;
    static final int INFO_KIND = 12;
    static final int INFO_CAPABILITIES = 20;
    static final int INFO_USABLE = 16;
    static final int INFO_NAME = 24;
    static final int INFO_DESCRIPTION = 40;
    static final int INFO_REFUSAL = 168;

    static final int OPTIONS_SIZE = 16;
    static final int OPTIONS_THREADS = 8;

    static final int FORMAT_SIZE = 96;
    static final int FORMAT_PIXEL_FORMAT = 8;
    static final int FORMAT_WIDTH = 12;
    static final int FORMAT_HEIGHT = 16;
    static final int FORMAT_PLANE_COUNT = 20;
    static final int FORMAT_PLANE_OFFSET = 24;
    static final int FORMAT_PLANE_STRIDE = 48;
    static final int FORMAT_PLANE_WIDTH = 60;
    static final int FORMAT_PLANE_ROWS = 72;
    static final int FORMAT_COLOURS = 84;
    static final int FORMAT_SLOT_BYTES = 88;

    static final int POOL_SIZE = 40;
    static final int POOL_HANDLE = 8;
    static final int POOL_BASE = 16;
    static final int POOL_SLOT_STRIDE = 24;
    static final int POOL_SLOTS = 32;

    static final int REGION_SIZE = 24;
    static final int REGION_HANDLE = 8;
    static final int REGION_BASE = 16;

    static final int TENSOR_SIZE = 144;
    static final int TENSOR_TYPE = 8;
    static final int TENSOR_LAYOUT = 12;
    static final int TENSOR_WIDTH = 16;
    static final int TENSOR_HEIGHT = 20;
    static final int TENSOR_FIT = 24;
    static final int TENSOR_FILTER = 28;
    static final int TENSOR_FORWARD = 32;
    static final int TENSOR_BACKWARD = 80;
    static final int TENSOR_FILL = 128;
    static final int TENSOR_BASIS = 140;

    static final int PARAMETER_INFO_SIZE = 184;
    static final int PARAMETER_INFO_MINIMUM = 0;
    static final int PARAMETER_INFO_MAXIMUM = 8;
    static final int PARAMETER_INFO_OTHERWISE = 16;
    static final int PARAMETER_INFO_NAME = 24;
    static final int PARAMETER_INFO_DESCRIPTION = 56;

    static final int PLUGIN_SIZE = 2576;
    static final int PLUGIN_HANDLE = 8;
    static final int PLUGIN_PARAMETER_COUNT = 16;
    static final int PLUGIN_NAME = 24;
    static final int PLUGIN_DESCRIPTION = 56;
    static final int PLUGIN_PARAMETERS = 184;

    static final int SESSION_SIZE = 168;
    static final int SESSION_PARAMETER_COUNT = 8;
    static final int SESSION_WINDOW = 12;
    static final int SESSION_BLOCK = 16;
    static final int SESSION_BLOCK_BYTES = 24;
    static final int SESSION_MODEL = 32;
    static final int SESSION_FORMAT = 64;
    static final int SESSION_PLUGIN = 160;

    static final int PARAMETERS_SIZE = 128;
    static final int PARAMETERS_VERSION = 8;
    static final int PARAMETERS_COUNT = 16;
    static final int PARAMETERS_VALUES = 24;

    static final int TIMES_SIZE = 40;
    static final int TIMES_FRAMES = 8;
    static final int TIMES_COPY_IN = 16;
    static final int TIMES_MODEL = 24;
    static final int TIMES_COPY_OUT = 32;

    private static final String[] NAMES = {
        "sizeof device_info", "device_info.index", "device_info.kind", "device_info.usable",
        "device_info.capabilities", "device_info.name", "device_info.description", "device_info.refusal",
        "sizeof device_options", "device_options.threads",
        "sizeof format", "format.pixel_format", "format.width", "format.height", "format.plane_count",
        "format.plane_offset", "format.plane_stride", "format.plane_width", "format.plane_rows", "format.colours",
        "format.slot_bytes",
        "sizeof pool_info", "pool_info.pool", "pool_info.base", "pool_info.slot_stride", "pool_info.slots",
        "sizeof region_info", "region_info.region", "region_info.base",
        "sizeof tensor", "tensor.type", "tensor.layout", "tensor.width", "tensor.height", "tensor.fit", "tensor.filter",
        "tensor.forward", "tensor.backward", "tensor.fill", "tensor.basis",
        "sizeof parameter_info", "parameter_info.minimum", "parameter_info.maximum", "parameter_info.otherwise",
        "parameter_info.name", "parameter_info.description",
        "sizeof plugin_info", "plugin_info.plugin", "plugin_info.parameter_count", "plugin_info.name",
        "plugin_info.description", "plugin_info.parameters",
        "sizeof session_options", "session_options.parameter_count", "session_options.window",
        "session_options.completion_block", "session_options.completion_bytes", "session_options.model",
        "session_options.format", "session_options.plugin",
        "sizeof parameters", "parameters.parameter_version", "parameters.count", "parameters.values",
        "sizeof times", "times.frames", "times.copy_in_ns", "times.model_ns", "times.copy_out_ns",
        "sizeof completion", "completion.ticket", "completion.status", "completion.in", "completion.out",
        "completion.parameter_version", "completion.start_ns", "completion.end_ns",
        "block.submitted", "block.completed", "block.state", "block.consumed", "block.records",
    };

    private static final int[] EXPECTED = {
        INFO_SIZE, INFO_INDEX, INFO_KIND, INFO_USABLE,
        INFO_CAPABILITIES, INFO_NAME, INFO_DESCRIPTION, INFO_REFUSAL,
        OPTIONS_SIZE, OPTIONS_THREADS,
        FORMAT_SIZE, FORMAT_PIXEL_FORMAT, FORMAT_WIDTH, FORMAT_HEIGHT, FORMAT_PLANE_COUNT,
        FORMAT_PLANE_OFFSET, FORMAT_PLANE_STRIDE, FORMAT_PLANE_WIDTH, FORMAT_PLANE_ROWS, FORMAT_COLOURS,
        FORMAT_SLOT_BYTES,
        POOL_SIZE, POOL_HANDLE, POOL_BASE, POOL_SLOT_STRIDE, POOL_SLOTS,
        REGION_SIZE, REGION_HANDLE, REGION_BASE,
        TENSOR_SIZE, TENSOR_TYPE, TENSOR_LAYOUT, TENSOR_WIDTH, TENSOR_HEIGHT, TENSOR_FIT, TENSOR_FILTER,
        TENSOR_FORWARD, TENSOR_BACKWARD, TENSOR_FILL, TENSOR_BASIS,
        PARAMETER_INFO_SIZE, PARAMETER_INFO_MINIMUM, PARAMETER_INFO_MAXIMUM, PARAMETER_INFO_OTHERWISE,
        PARAMETER_INFO_NAME, PARAMETER_INFO_DESCRIPTION,
        PLUGIN_SIZE, PLUGIN_HANDLE, PLUGIN_PARAMETER_COUNT, PLUGIN_NAME, PLUGIN_DESCRIPTION, PLUGIN_PARAMETERS,
        SESSION_SIZE, SESSION_PARAMETER_COUNT, SESSION_WINDOW,
        SESSION_BLOCK, SESSION_BLOCK_BYTES, SESSION_MODEL,
        SESSION_FORMAT, SESSION_PLUGIN,
        PARAMETERS_SIZE, PARAMETERS_VERSION, PARAMETERS_COUNT, PARAMETERS_VALUES,
        TIMES_SIZE, TIMES_FRAMES, TIMES_COPY_IN, TIMES_MODEL, TIMES_COPY_OUT,
        CompletionBlock.RECORD_LENGTH, CompletionBlock.TICKET_OFFSET, CompletionBlock.STATUS_OFFSET,
        CompletionBlock.IN_OFFSET, CompletionBlock.OUT_OFFSET,
        CompletionBlock.PARAMETER_VERSION_OFFSET, CompletionBlock.START_OFFSET, CompletionBlock.END_OFFSET,
        CompletionBlock.SUBMITTED_OFFSET, CompletionBlock.COMPLETED_OFFSET, CompletionBlock.STATE_OFFSET,
        CompletionBlock.CONSUMED_OFFSET, CompletionBlock.RECORDS_OFFSET,
    };

    private NativeLayout() {
    }

    /**
     * Asks the loaded library for its layouts and compares them.
     *
     * @return empty when they agree, else the first difference in words.
     */
    static String difference() {
        try (OffHeap table = OffHeap.allocate((long) NAMES.length * Integer.BYTES)) {
            final int count = RillNative.rill_layout(table.address(), NAMES.length);
            return difference(table.buffer(), count);
        }
    }

    static String difference(final ByteBuffer table, final int count) {
        if (count != NAMES.length) {
            return "library describes " + count + " layout entries, expected " + NAMES.length;
        }
        for (int i = 0; i < count; i++) {
            final int actual = table.getInt(i * Integer.BYTES);
            if (actual != EXPECTED[i]) {
                return NAMES[i] + ": library says " + actual + ", expected " + EXPECTED[i];
            }
        }
        return "";
    }

    static int[] expected() {
        return EXPECTED.clone();
    }
}
