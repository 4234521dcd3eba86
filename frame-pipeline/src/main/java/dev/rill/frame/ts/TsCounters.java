package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What a {@link TsReader} has seen. Written by its thread alone; any thread may read.
 * <p>
 * For each kind, exactly, whenever the reader's thread is outside {@code feed}: {@code units == emitted + dropped +
 * open}, where {@code open} is 0 or 1 per stream.
 */
public final class TsCounters {
    private static final int REASONS = TsLoss.values().length;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong skippedBytes = new AtomicLong();
    private final AtomicLong resyncs = new AtomicLong();
    private final AtomicLong transportErrors = new AtomicLong();
    private final AtomicLong scrambledPackets = new AtomicLong();
    private final AtomicLong malformedPackets = new AtomicLong();
    private final AtomicLong continuityErrors = new AtomicLong();
    private final AtomicLong misplacedStuffing = new AtomicLong();
    private final AtomicLong duplicatePackets = new AtomicLong();
    private final AtomicLong ignoredPackets = new AtomicLong();
    private final AtomicLong damagedSections = new AtomicLong();
    private final AtomicLong excessBytes = new AtomicLong();
    private final AtomicLong copiedBytes = new AtomicLong();
    private final AtomicLongArray units = new AtomicLongArray(Packet.Kind.values().length);
    private final AtomicLongArray emitted = new AtomicLongArray(Packet.Kind.values().length);
    private final AtomicLongArray dropped =
        new AtomicLongArray(Packet.Kind.values().length * REASONS);

    TsCounters() {
    }

    /** Bytes fed. */
    public long bytes() {
        return bytes.get();
    }

    /** Transport packets found. */
    public long packets() {
        return packets.get();
    }

    /** Bytes that belong to no packet: lost sync, or a partial packet at the end of a segment. */
    public long skippedBytes() {
        return skippedBytes.get();
    }

    /** How often the sync byte was missing where one was due. */
    public long resyncs() {
        return resyncs.get();
    }

    /** Packets marked by the transmission as uncorrectable; ignored. */
    public long transportErrors() {
        return transportErrors.get();
    }

    /** Scrambled packets; ignored. */
    public long scrambledPackets() {
        return scrambledPackets.get();
    }

    /** Packets whose adaptation field does not fit; ignored. */
    public long malformedPackets() {
        return malformedPackets.get();
    }

    /** Jumps of a continuity counter. */
    public long continuityErrors() {
        return continuityErrors.get();
    }

    /** Packets sent twice in a row; the second is ignored. */
    public long duplicatePackets() {
        return duplicatePackets.get();
    }

    /** Packets of pids that are not read. */
    public long ignoredPackets() {
        return ignoredPackets.get();
    }

    /** Sections of program-specific information with a wrong CRC or length; ignored. */
    public long damagedSections() {
        return damagedSections.get();
    }

    /** Packets with stuffing behind which their unit went on. */
    public long misplacedStuffing() {
        return misplacedStuffing.get();
    }

    /** Bytes behind the end of a unit that was handed on; ignored. */
    public long excessBytes() {
        return excessBytes.get();
    }

    /** Payload bytes copied into packets: the one copy between a segment's block and the decoder. */
    public long copiedBytes() {
        return copiedBytes.get();
    }

    /** Units of which any trace was seen. */
    public long units(final Packet.Kind kind) {
        return units.get(kind.ordinal());
    }

    /** Units handed to the handler. */
    public long emitted(final Packet.Kind kind) {
        return emitted.get(kind.ordinal());
    }

    /** Units dropped for {@code reason}. */
    public long dropped(final Packet.Kind kind, final TsLoss reason) {
        return dropped.get(index(kind, reason));
    }

    /** Units dropped for any reason. */
    public long dropped(final Packet.Kind kind) {
        long sum = 0;
        for (final TsLoss reason : TsLoss.values()) {
            sum += dropped(kind, reason);
        }
        return sum;
    }

    void countBytes(final int count) {
        add(bytes, count);
    }

    void countPacket() {
        add(packets, 1);
    }

    void countSkippedBytes(final int count) {
        add(skippedBytes, count);
    }

    void countResync() {
        add(resyncs, 1);
    }

    void countTransportError() {
        add(transportErrors, 1);
    }

    void countScrambledPacket() {
        add(scrambledPackets, 1);
    }

    void countMalformedPacket() {
        add(malformedPackets, 1);
    }

    void countContinuityError() {
        add(continuityErrors, 1);
    }

    void countMisplacedStuffing() {
        add(misplacedStuffing, 1);
    }

    void countDuplicatePacket() {
        add(duplicatePackets, 1);
    }

    void countIgnoredPacket() {
        add(ignoredPackets, 1);
    }

    void countDamagedSection() {
        add(damagedSections, 1);
    }

    void countExcessBytes(final int count) {
        add(excessBytes, count);
    }

    void countCopiedBytes(final int count) {
        add(copiedBytes, count);
    }

    void countUnit(final Packet.Kind kind) {
        add(units, kind.ordinal());
    }

    void countEmitted(final Packet.Kind kind) {
        add(emitted, kind.ordinal());
    }

    void countDropped(final Packet.Kind kind, final TsLoss reason) {
        add(dropped, index(kind, reason));
    }

    private static int index(final Packet.Kind kind, final TsLoss reason) {
        return kind.ordinal() * REASONS + reason.ordinal();
    }

    private static void add(final AtomicLong counter, final int count) {
        counter.setRelease(counter.getPlain() + count);
    }

    private static void add(final AtomicLongArray counters, final int index) {
        counters.setRelease(index, counters.getPlain(index) + 1);
    }
}
