package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import java.nio.ByteBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Push reader of MPEG transport streams: bytes in, at any split, units out.
 * <p>
 * Holds nothing back that is known to be complete. A unit comes out with the last byte of its announced length; where
 * none is announced, at the start of the next unit of its stream or at the end of the segment, whichever is first, or
 * with its stuffed last packet as soon as stuffing is known to mark last packets: because the program says so
 * ({@link TsProgram#stuffsTails}), or after {@value TailProof#REQUIRED} units of the stream in which it did. One unit
 * that goes on behind a stuffed packet ends that for its stream ({@link TsCounters#misplacedStuffing}); if it was
 * handed on already, the rest of it counts as {@linkplain TsCounters#excessBytes excess}.
 * The first program of the association table is read, and of it the streams that {@link TsProgram#video} and
 * {@link TsProgram#audio} name.
 * <p>
 * Damage never throws: it is counted in {@link #counters()}, and the unit concerned is dropped. Allocates nothing in
 * steady state. Not thread-safe.
 * <pre>
 *   limit                        value                 beyond it
 *   payload of one unit          16 MiB by default     dropped, TOO_LARGE
 *   section (PAT, PMT)           1024 bytes            ignored, damagedSections
 *   programs / video / audio     1 / 1 / 1             ignored, ignoredPackets
 * </pre>
 * Worked example, first packet of a video unit with PTS 0: {@code 47 41 00 10 | 00 00 01 E0 00 00 84 80 05 21 00 01 00
 * 01 | 00 00 00 01 09 F0 ...}.
 */
public final class TsReader implements AutoCloseable {
    /** Largest unit by default, in bytes. */
    public static final int MAX_UNIT_LENGTH_DEFAULT = 16 * 1024 * 1024;

    private static final int LOCK_LENGTH = TsPacketDescriptor.LENGTH + 1;

    private final TsHandler handler;
    private final PacketPool pool;
    private final NanoClock clock;
    private final int maxUnitLength;
    private final TsCounters counters = new TsCounters();
    private final TimestampUnwrapper times = new TimestampUnwrapper();
    private final TsSection associations = new TsSection(this::onAssociation, counters);
    private final ByteBuffer carry = ByteBuffer.allocate(LOCK_LENGTH);

    private boolean synced = true;
    private long carryNs;
    private int programNumber;
    private int pmtPid = TsPacketDescriptor.NULL_PID;
    private TsSection map;
    private TsProgram program;
    private TsUnit video;
    private TsUnit audio;

    /**
     * @param handler receives programs, packets and losses.
     * @param pool    where packets come from.
     * @param clock   stamps the arrival of each unit.
     */
    public TsReader(final TsHandler handler, final PacketPool pool, final NanoClock clock) {
        this(handler, pool, clock, MAX_UNIT_LENGTH_DEFAULT);
    }

    /**
     * As above with a limit.
     *
     * @param maxUnitLength largest payload of one unit in bytes; a longer one is dropped and counted.
     */
    public TsReader(
        final TsHandler handler, final PacketPool pool, final NanoClock clock, final int maxUnitLength) {
        if (maxUnitLength < 1) {
            throw new IllegalArgumentException("maxUnitLength=" + maxUnitLength + " < 1");
        }
        this.handler = handler;
        this.pool = pool;
        this.clock = clock;
        this.maxUnitLength = maxUnitLength;
    }

    /**
     * Takes bytes, from position to limit; the position ends at the limit.
     *
     * @param bytes borrowed; may be read-only; its limit is restored.
     */
    public void feed(final ByteBuffer bytes) {
        final long nowNs = clock.nanoTime();
        counters.countBytes(bytes.remaining());
        while (bytes.hasRemaining()) {
            if (synced && carry.position() == 0 && bytes.remaining() >= TsPacketDescriptor.LENGTH) {
                feedWhole(bytes, nowNs);
            } else {
                feedCarry(bytes, nowNs);
            }
        }
    }

    /** The segment is complete: hands on what is open. The next segment may be numbered anew. */
    public void endOfSegment() {
        endOfSegment(true);
    }

    /**
     * The segment is over.
     *
     * @param intact false when its end is missing; then an open unit is dropped, even if it announces no length.
     */
    public void endOfSegment(final boolean intact) {
        if (!synced && carry.position() == TsPacketDescriptor.LENGTH && carry.get(0) == TsPacketDescriptor.SYNC) {
            onTsPacket(carry, 0, carryNs);
            carry.clear();
        }
        final boolean clean = intact && carry.position() == 0;
        counters.countSkippedBytes(carry.position());
        carry.clear();
        synced = true;
        endUnits(clean);
        associations.endOfSegment();
        if (map != null) {
            map.endOfSegment();
        }
    }

    /** What was seen so far; may be read by any thread. */
    public TsCounters counters() {
        return counters;
    }

    /** The program being read, or null while none is known. */
    public TsProgram program() {
        return program;
    }

    /** Number of units of {@code kind} begun and neither handed on nor dropped: 0 or 1. */
    public int openUnits(final Packet.Kind kind) {
        final TsUnit unit = kind == Packet.Kind.VIDEO ? video : audio;
        return unit == null ? 0 : unit.open();
    }

    /** Drops what is open. Idempotent; the reader may be used again. */
    @Override
    public void close() {
        carry.clear();
        endUnits(false);
    }

    private void feedWhole(final ByteBuffer bytes, final long nowNs) {
        final int offset = bytes.position();
        if (bytes.get(offset) == TsPacketDescriptor.SYNC) {
            onTsPacket(bytes, offset, nowNs);
            bytes.position(offset + TsPacketDescriptor.LENGTH);
        } else {
            loseSync();
        }
    }

    private void feedCarry(final ByteBuffer bytes, final long nowNs) {
        if (carry.position() == 0) {
            carryNs = nowNs;
        }
        final int target = synced ? TsPacketDescriptor.LENGTH : LOCK_LENGTH;
        final int length = Math.min(target - carry.position(), bytes.remaining());
        carry.put(carry.position(), bytes, bytes.position(), length);
        carry.position(carry.position() + length);
        bytes.position(bytes.position() + length);
        if (carry.position() < target) {
            return;
        }
        if (synced) {
            drainCarry();
        } else {
            searchSync(nowNs);
        }
    }

    private void drainCarry() {
        if (carry.get(0) == TsPacketDescriptor.SYNC) {
            onTsPacket(carry, 0, carryNs);
            carry.clear();
        } else {
            loseSync();
        }
    }

    private void loseSync() {
        synced = false;
        counters.countResync();
    }

    /** Two sync bytes at packet distance make a lock; a lone one may be payload. */
    private void searchSync(final long nowNs) {
        final byte following = carry.get(TsPacketDescriptor.LENGTH);
        if (carry.get(0) == TsPacketDescriptor.SYNC && following == TsPacketDescriptor.SYNC) {
            onTsPacket(carry, 0, carryNs);
            discard(TsPacketDescriptor.LENGTH);
            carryNs = nowNs;
            synced = true;
            return;
        }
        int next = 1;
        while (next < LOCK_LENGTH && carry.get(next) != TsPacketDescriptor.SYNC) {
            next++;
        }
        counters.countSkippedBytes(next);
        discard(next);
    }

    private void discard(final int length) {
        carry.flip().position(length);
        carry.compact();
    }

    private void onTsPacket(final ByteBuffer bytes, final int offset, final long nowNs) {
        counters.countPacket();
        if (TsPacketDescriptor.isTransportError(bytes, offset)) {
            counters.countTransportError();
            return;
        }
        final int pid = TsPacketDescriptor.pid(bytes, offset);
        final TsUnit unit = unitOf(pid);
        final boolean isPsi = pid == TsPacketDescriptor.PAT_PID || pid == pmtPid;
        if (unit == null && !isPsi || pid == TsPacketDescriptor.NULL_PID) {
            counters.countIgnoredPacket();
            return;
        }
        if (TsPacketDescriptor.isScrambled(bytes, offset)) {
            counters.countScrambledPacket();
            return;
        }
        final int payloadOffset = TsPacketDescriptor.payloadOffset(bytes, offset);
        if (payloadOffset > TsPacketDescriptor.LENGTH) {
            counters.countMalformedPacket();
            return;
        }
        if (TsPacketDescriptor.hasPayload(bytes, offset)) {
            onPayload(unit, pid, bytes, offset, payloadOffset, nowNs);
        }
    }

    private TsUnit unitOf(final int pid) {
        if (video != null && video.stream().pid() == pid) {
            return video;
        }
        return audio != null && audio.stream().pid() == pid ? audio : null;
    }

    private void onPayload(
        final TsUnit unit,
        final int pid,
        final ByteBuffer bytes,
        final int offset,
        final int payloadOffset,
        final long nowNs) {
        final int oldPosition = bytes.position();
        final int oldLimit = bytes.limit();
        bytes.limit(offset + TsPacketDescriptor.LENGTH).position(offset + payloadOffset);
        if (unit == null) {
            final TsSection section = pid == TsPacketDescriptor.PAT_PID ? associations : map;
            section.payload(
                bytes, TsPacketDescriptor.isUnitStart(bytes, offset), TsPacketDescriptor.continuity(bytes, offset));
        } else {
            onUnitPayload(unit, bytes, offset, nowNs);
        }
        bytes.limit(oldLimit).position(oldPosition);
    }

    private static void onUnitPayload(
        final TsUnit unit, final ByteBuffer bytes, final int offset, final long nowNs) {
        final int flags = TsPacketDescriptor.adaptationFlags(bytes, offset);
        final boolean discontinuity = (flags & TsPacketDescriptor.DISCONTINUITY_FLAG) != 0;
        if (!unit.isNew(TsPacketDescriptor.continuity(bytes, offset), discontinuity)) {
            return;
        }
        final boolean isStart = TsPacketDescriptor.isUnitStart(bytes, offset);
        if (isStart) {
            unit.begin((flags & TsPacketDescriptor.RANDOM_ACCESS_FLAG) != 0, nowNs);
        }
        unit.payload(bytes, TsPacketDescriptor.isStuffed(bytes, offset));
    }

    private void onAssociation(final ByteBuffer section) {
        if (!PsiParser.isCurrent(section, PsiParser.PAT_TABLE)) {
            return;
        }
        final int first = PsiParser.firstProgram(section);
        if (first == -1) {
            return;
        }
        programNumber = first >>> 16;
        pmtPid = first & 0xFFFF;
        map = new TsSection(this::onMap, counters);
    }

    private void onMap(final ByteBuffer section) {
        if (!PsiParser.isCurrent(section, PsiParser.PMT_TABLE)) {
            return;
        }
        final TsProgram next = PsiParser.program(section, programNumber, pmtPid);
        if (next == null) {
            counters.countDamagedSection();
        } else if (!next.equals(program)) {
            adopt(next);
        }
    }

    private void adopt(final TsProgram next) {
        endUnits(true);
        program = next;
        video = unit(next.video());
        audio = unit(next.audio());
        handler.onProgram(next);
    }

    private TsUnit unit(final TsStream stream) {
        return stream == null ? null : new TsUnit(
            stream, program.stuffsTails(), handler, pool, counters, times, maxUnitLength);
    }

    private void endUnits(final boolean clean) {
        if (video != null) {
            video.endOfSegment(clean);
        }
        if (audio != null) {
            audio.endOfSegment(clean);
        }
    }
}
