package dev.rill.gpu;

import dev.rill.gpu.internal.NativeCalls;
import dev.rill.gpu.internal.RillNative;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The memory through which a session and its process speak, native byte order; {@code rill_worker.py} has the other
 * side. Counters have a line of 64 bytes each:
 * <pre>
 *     0  magic u32 | version u32 | records u32 | parameters u32 | generation u64
 *    24  pixel format u32 (0 I420, 1 NV12) | width u32 | height u32 | planes u32
 *    40  plane offsets u64[3] | 64 strides u32[3] | 76 widths in bytes u32[3] | 88 rows u32[3]
 *   100  colours u32 (0 BT.601 limited, 1 BT.601 full, 2 BT.709 limited, 3 BT.709 full)
 *   192  done u64         tickets finished, in order  written by the process
 *   256  heartbeat u64    goes up                     written by the process
 *  4096  request[records], 256 bytes, at (ticket mod records):
 *        +0 ticket u64 | +8 in tag u32 | +12 out tag u32 | +16 in offset u64 | +24 out offset u64
 *        +32 parameter version u64 | +40 parameters f64[13]
 *   then answer[records], 256 bytes:
 *        +0 ticket u64 | +8 status i32 | +12 bytes of text u32 | +16 start ns i64 | +24 end ns i64 | +32 text UTF-8
 * </pre>
 * A tag names a pool that the link has shared, an offset the slot in its memory. A message on the link says up to which
 * ticket requests are there; it comes behind them, and behind the pools that they name. The store of {@code done} comes
 * behind the answers that it counts, and a message behind it. A record is used again when its answer was read.
 */
final class WorkerRing implements AutoCloseable {
    static final int STATUS_DONE = 0;
    static final int STATUS_FAILED = 1;

    private static final int MAGIC = 0x4c4c4952; // "RILL"
    private static final int VERSION = 2;
    private static final int GEOMETRY = 24;
    private static final int COLOURS = 100;
    private static final int DONE = 192;
    private static final int HEARTBEAT = 256;
    private static final int RECORDS = 4096;
    private static final int RECORD_BYTES = 256;
    private static final int TEXT = 32;
    private static final VarHandle COUNTER =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final NativeCalls.Region region;
    private final ByteBuffer memory;
    private final int mask;
    private final int answers;

    WorkerRing(
        final FrameFormat format, final int records, final int parameters, final long generation,
        final long firstTicket) {
        region = NativeCalls.createRegion(RECORDS + 2 * records * RECORD_BYTES);
        if (region == null) {
            throw new BridgeException(Code.NO_MEMORY, "worker: " + NativeCalls.lastError());
        }
        memory = region.buffer();
        mask = records - 1;
        answers = RECORDS + records * RECORD_BYTES;
        memory.putInt(0, MAGIC).putInt(4, VERSION).putInt(8, records).putInt(12, parameters).putLong(16, generation);
        memory.putLong(DONE, firstTicket);
        writeGeometry(format);
    }

    long handle() {
        return region.handle();
    }

    /** Fills the record of a ticket. */
    void request(
        final long ticket,
        final int inTag,
        final long inOffset,
        final int outTag,
        final long outOffset,
        final long parameterVersion,
        final double[] parameters) {
        final int at = RECORDS + ((int) ticket & mask) * RECORD_BYTES;
        memory.putLong(at, ticket).putInt(at + 8, inTag).putInt(at + 12, outTag);
        memory.putLong(at + 16, inOffset).putLong(at + 24, outOffset).putLong(at + 32, parameterVersion);
        for (int i = 0; i < parameters.length; i++) {
            memory.putDouble(at + 40 + i * Double.BYTES, parameters[i]);
        }
    }

    /** As the process says; not to be trusted. */
    long done() {
        return (long) COUNTER.getAcquire(memory, DONE);
    }

    long heartbeat() {
        return (long) COUNTER.getAcquire(memory, HEARTBEAT);
    }

    long answeredTicket(final long ticket) {
        return memory.getLong(answer(ticket));
    }

    int answeredStatus(final long ticket) {
        return memory.getInt(answer(ticket) + 8);
    }

    long startNs(final long ticket) {
        return memory.getLong(answer(ticket) + 16);
    }

    long endNs(final long ticket) {
        return memory.getLong(answer(ticket) + 24);
    }

    /** What the process says of a failure, in one line. */
    String text(final long ticket) {
        final int at = answer(ticket);
        final byte[] text = new byte[Math.max(0, Math.min(RECORD_BYTES - TEXT, memory.getInt(at + 12)))];
        memory.get(at + TEXT, text);
        return new String(text, StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip();
    }

    @Override
    public void close() {
        RillNative.rill_region_close(region.handle());
    }

    private int answer(final long ticket) {
        return answers + ((int) ticket & mask) * RECORD_BYTES;
    }

    private void writeGeometry(final FrameFormat format) {
        memory.putInt(GEOMETRY, format.pixelFormat() == PixelFormat.NV12 ? 1 : 0);
        memory.putInt(GEOMETRY + 4, format.width()).putInt(GEOMETRY + 8, format.height());
        memory.putInt(GEOMETRY + 12, format.planeCount());
        memory.putInt(COLOURS, format.colours().ordinal());
        for (int i = 0; i < format.planeCount(); i++) {
            memory.putLong(40 + i * Long.BYTES, format.planeOffset(i));
            memory.putInt(64 + i * Integer.BYTES, format.planeStride(i));
            memory.putInt(76 + i * Integer.BYTES, format.planeWidth(i));
            memory.putInt(88 + i * Integer.BYTES, format.planeRows(i));
        }
    }
}
