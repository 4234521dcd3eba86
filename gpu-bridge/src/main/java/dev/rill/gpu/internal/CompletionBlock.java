package dev.rill.gpu.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Off-heap memory through which a device tells a session what it has finished; layout shared with the native library
 * ({@code rill_completion_block} in {@code rill.h}), native byte order. One 64-byte line per counter, each with a
 * single writer, then a ring of 64-byte records:
 * <pre>
 *    0  submitted         u64, tickets accepted                              written by the submitting thread
 *   64  completed         u64, tickets finished, in ticket order (release)   written by the device
 *  128  state             i32, see the STATE constants; i32 reserved         written by the device
 *  192  consumed          u64, records taken by the poller (release)         written by the host
 *  256  record[capacity]  at (ticket mod capacity):
 *         +0 ticket u64 | +8 status i32 | +12 reserved | +16 in address u64 | +24 out address u64
 *         +32 parameter version u64 | +40 start ns i64 | +48 end ns i64 | +56 reserved
 * </pre>
 * The capacity is a power of two not below the window. A record is valid from the moment {@code completed} passes its
 * ticket until {@code consumed} does; the pair of release store and acquire load is the whole synchronisation.
 */
public final class CompletionBlock implements AutoCloseable {
    /** State: the session takes tickets. */
    public static final int STATE_OPEN = 1;
    /** State: the session is being drained. */
    public static final int STATE_CLOSING = 2;
    /** State: the device is lost, no ticket will ever be run. */
    public static final int STATE_LOST = 4;

    /** Offset of the line of {@code submitted}. */
    public static final int SUBMITTED_OFFSET = 0;
    /** Offset of the line of {@code completed}. */
    public static final int COMPLETED_OFFSET = 64;
    /** Offset of the line of {@code state}. */
    public static final int STATE_OFFSET = 128;
    /** Offset of the line of {@code consumed}. */
    public static final int CONSUMED_OFFSET = 192;
    /** Offset of the first record. */
    public static final int RECORDS_OFFSET = 256;
    /** Length of a record. */
    public static final int RECORD_LENGTH = 64;

    /** Offset of the ticket in a record. */
    public static final int TICKET_OFFSET = 0;
    /** Offset of the status in a record. */
    public static final int STATUS_OFFSET = 8;
    /** Offset of the input slot's address in a record. */
    public static final int IN_OFFSET = 16;
    /** Offset of the output slot's address in a record. */
    public static final int OUT_OFFSET = 24;
    /** Offset of the parameter version in a record. */
    public static final int PARAMETER_VERSION_OFFSET = 32;
    /** Offset of the start time in a record. */
    public static final int START_OFFSET = 40;
    /** Offset of the end time in a record. */
    public static final int END_OFFSET = 48;

    private static final long PAGE = 4096;
    private static final VarHandle LONGS =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle INTS =
        MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final OffHeap memory;
    private final ByteBuffer buffer;
    private final int mask;

    /**
     * Allocates the block of one session.
     *
     * @param window largest number of tickets in flight, positive.
     */
    public CompletionBlock(final int window) {
        final int capacity = window == 1 ? 1 : Integer.highestOneBit(window - 1) << 1;
        // Whole pages, because a device that writes into it makes pages its own.
        final long length = RECORDS_OFFSET + (long) capacity * RECORD_LENGTH;
        memory = OffHeap.allocate((length + PAGE - 1) / PAGE * PAGE);
        buffer = memory.buffer();
        mask = capacity - 1;
    }

    /** Number of records, a power of two. */
    public int capacity() {
        return mask + 1;
    }

    /** Address of the block. */
    public long address() {
        return memory.address();
    }

    /** Length of the block in bytes. */
    public long length() {
        return RECORDS_OFFSET + (long) capacity() * RECORD_LENGTH;
    }

    /** Tickets finished; every record below is complete (acquire). */
    public long completedAcquire() {
        return (long) LONGS.getAcquire(buffer, COMPLETED_OFFSET);
    }

    /** Publishes records; device side (release). */
    public void completedRelease(final long tickets) {
        LONGS.setRelease(buffer, COMPLETED_OFFSET, tickets);
    }

    /** Tickets accepted; device side (release). */
    public void submittedRelease(final long tickets) {
        LONGS.setRelease(buffer, SUBMITTED_OFFSET, tickets);
    }

    /** Records taken (acquire). */
    public long consumedAcquire() {
        return (long) LONGS.getAcquire(buffer, CONSUMED_OFFSET);
    }

    /** Gives records back to the device; host side (release). */
    public void consumedRelease(final long tickets) {
        LONGS.setRelease(buffer, CONSUMED_OFFSET, tickets);
    }

    /** State of the session on the device, 0 before it is open (acquire). */
    public int stateAcquire() {
        return (int) INTS.getAcquire(buffer, STATE_OFFSET);
    }

    /** Sets the state; device side (release). */
    public void stateRelease(final int state) {
        INTS.setRelease(buffer, STATE_OFFSET, state);
    }

    /** Offset of the record of a ticket. */
    public int recordOffset(final long ticket) {
        return RECORDS_OFFSET + ((int) ticket & mask) * RECORD_LENGTH;
    }

    /** Reads 8 bytes of a record. */
    public long longAt(final int offset) {
        return buffer.getLong(offset);
    }

    /** Reads 4 bytes of a record. */
    public int intAt(final int offset) {
        return buffer.getInt(offset);
    }

    /** Writes 8 bytes of a record; device side. */
    public void longAt(final int offset, final long value) {
        buffer.putLong(offset, value);
    }

    /** Writes 4 bytes of a record; device side. */
    public void intAt(final int offset, final int value) {
        buffer.putInt(offset, value);
    }

    /** Fills the record of a ticket; it counts once {@link #completedRelease} passes the ticket. */
    public void record(
        final long ticket,
        final int status,
        final long in,
        final long out,
        final long parameterVersion,
        final long startNs,
        final long endNs) {
        final int record = recordOffset(ticket);
        longAt(record + TICKET_OFFSET, ticket);
        intAt(record + STATUS_OFFSET, status);
        longAt(record + IN_OFFSET, in);
        longAt(record + OUT_OFFSET, out);
        longAt(record + PARAMETER_VERSION_OFFSET, parameterVersion);
        longAt(record + START_OFFSET, startNs);
        longAt(record + END_OFFSET, endNs);
    }

    @Override
    public void close() {
        memory.close();
    }
}
