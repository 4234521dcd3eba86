package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import java.nio.ByteBuffer;

/**
 * Writes one program as an MPEG transport stream whose units end visibly: PES lengths wherever 16 bits hold them, and a
 * stuffed last packet in units of more than one. A unit that would fill its packets to the last byte is given a
 * byte of stuffing in its first packet for that.
 * <p>
 * Each segment begins with association and map table, so it can be read alone; continuity counters go on over segments
 * and over changes of the program, which raise the version of the tables that they change.
 * The clock (PCR) goes with every video unit, or with every audio unit where the program has no video, and runs
 * {@value #PCR_LEAD_TICKS} ticks ahead of the decoding time. Keyframes are marked as random access points. H.264 units
 * without an access unit delimiter are given one, as ISO/IEC 13818-1, 2.14.1 demands; nothing else of a payload
 * changes.
 * <p>
 * A unit reaches the sink in pieces of at most {@value #CHUNK_LENGTH} bytes, usually one. Allocates nothing in steady
 * state. Not thread-safe.
 */
public final class TsWriter {
    /** How far the clock runs ahead of decoding times, in 90 kHz ticks: 100 ms. */
    public static final int PCR_LEAD_TICKS = 9000;

    /** Largest piece handed to a sink, in bytes: a whole number of transport packets below 64 KiB. */
    public static final int CHUNK_LENGTH = 348 * TsPacketDescriptor.LENGTH;

    private static final int VIDEO_STREAM_ID = 0xE0;
    private static final int AUDIO_STREAM_ID = 0xC0;
    private static final int PRIVATE_STREAM_ID = 0xBD;
    private static final int MAX_PES_LENGTH = 0xFFFF;
    private static final int UNIT_HEADER_CAPACITY = 64;
    private static final int DATA_ALIGNED = 0x84;
    private static final byte STUFFING = (byte) 0xFF;
    private static final byte[] DELIMITER = {0, 0, 0, 1, H264Units.ACCESS_UNIT_DELIMITER, (byte) 0xF0};

    private TsProgram program;
    private TsStream video;
    private TsStream audio;
    private ByteBuffer associations;
    private ByteBuffer map;
    private int associationsVersion;
    private int mapVersion;
    private final ByteBuffer unitHeader = ByteBuffer.allocate(UNIT_HEADER_CAPACITY);
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_LENGTH);
    private final byte[] continuity = new byte[TsPacketDescriptor.NULL_PID];
    private boolean begun;

    /**
     * @param program what to write; see {@link TsProgram#of(TsStream...)}.
     */
    public TsWriter(final TsProgram program) {
        adopt(program);
    }

    private void adopt(final TsProgram newProgram) {
        associations = PsiWriter.associations(newProgram, associationsVersion);
        map = PsiWriter.map(newProgram, mapVersion);
        program = newProgram;
        video = newProgram.video();
        audio = newProgram.audio();
    }

    /**
     * Changes what is written, from the next {@link #beginSegment} on, which must come before the next unit. Nothing
     * happens if the program is the same.
     *
     * @param newProgram see {@link TsProgram#of(TsStream...)}.
     * @throws IllegalArgumentException if its map is too long.
     */
    public void program(final TsProgram newProgram) {
        if (newProgram.equals(program)) {
            return;
        }
        final boolean movesMap = newProgram.number() != program.number() || newProgram.pmtPid() != program.pmtPid();
        associationsVersion = associationsVersion + (movesMap ? 1 : 0) & PsiWriter.MAX_VERSION;
        mapVersion = mapVersion + 1 & PsiWriter.MAX_VERSION;
        begun = false;
        adopt(newProgram);
    }

    /** What is written. */
    public TsProgram program() {
        return program;
    }

    /**
     * Begins a segment: association and map table.
     *
     * @param out receives them.
     */
    public void beginSegment(final ByteSink out) {
        begun = true;
        putSection(TsPacketDescriptor.PAT_PID, associations);
        putSection(program.pmtPid(), map);
        flush(out);
    }

    /**
     * Writes one unit.
     *
     * @param packet borrowed; H.264 as Annex B. Its times are written modulo 2^33.
     * @param out    receives the unit.
     * @throws IllegalStateException    if no segment was begun.
     * @throws IllegalArgumentException if the program has no stream of the packet's kind.
     */
    public void write(final Packet packet, final ByteSink out) {
        if (!begun) {
            throw new IllegalStateException("beginSegment() must come before the first write()");
        }
        final TsStream stream = packet.kind() == Packet.Kind.VIDEO ? video : audio;
        if (stream == null) {
            throw new IllegalArgumentException("no " + packet.kind() + " stream in " + program);
        }
        putUnitHeader(stream, packet);
        putUnit(stream, packet, out);
        flush(out);
    }

    private void putUnitHeader(final TsStream stream, final Packet packet) {
        final boolean separateDts = packet.pts() != packet.dts();
        final boolean needsDelimiter = stream.isH264() && !H264Units.startsWithDelimiter(packet.data());
        final int timesLength = separateDts ? 2 * PesHeader.TIME_LENGTH : PesHeader.TIME_LENGTH;
        final int extraLength = needsDelimiter ? DELIMITER.length : 0;
        final int pesLength = PesHeader.FIXED_LENGTH - PesHeader.PREFIX_LENGTH
            + timesLength + extraLength + packet.length();

        unitHeader.clear();
        unitHeader.putInt(0x100 | streamId(stream));
        unitHeader.putShort((short) (pesLength <= MAX_PES_LENGTH ? pesLength : 0));
        unitHeader.put((byte) DATA_ALIGNED);
        unitHeader.put((byte) (separateDts ? 0xC0 : 0x80));
        unitHeader.put((byte) timesLength);
        PesHeader.putTime(unitHeader, separateDts ? 3 : 2, packet.pts());
        if (separateDts) {
            PesHeader.putTime(unitHeader, 1, packet.dts());
        }
        if (needsDelimiter) {
            unitHeader.put(DELIMITER);
        }
        unitHeader.flip();
    }

    private void putUnit(final TsStream stream, final Packet packet, final ByteSink out) {
        final boolean carriesClock = stream.pid() == program.pcrPid();
        final int total = unitHeader.limit() + packet.length();
        int written = 0;
        while (written < total) {
            if (!chunk.hasRemaining()) {
                flush(out);
            }
            final boolean isFirst = written == 0;
            final int flags = isFirst ? adaptationFlags(packet, carriesClock) : 0;
            final int length = isFirst && fillsPackets(total, flags)
                ? putPacketHeader(stream.pid(), true, flags, packet.dts(), total, 1)
                : putPacketHeader(stream.pid(), isFirst, flags, packet.dts(), total - written, 0);
            putPayload(packet, written, length);
            written += length;
        }
    }

    /** Whether a unit whose first packet has these flags would end with a full packet, and has more than one. */
    private static boolean fillsPackets(final int total, final int flags) {
        final int first = TsPacketDescriptor.MAX_PAYLOAD_LENGTH - neededLength(flags);
        return total > first && (total - first) % TsPacketDescriptor.MAX_PAYLOAD_LENGTH == 0;
    }

    private static int neededLength(final int flags) {
        final int clockLength = (flags & TsPacketDescriptor.PCR_FLAG) != 0 ? TsPacketDescriptor.PCR_LENGTH : 0;
        return flags == 0 ? 0 : 2 + clockLength;
    }

    private static int adaptationFlags(final Packet packet, final boolean carriesClock) {
        final boolean isRandomAccess = packet.kind() == Packet.Kind.VIDEO && packet.isKeyframe();
        return (carriesClock ? TsPacketDescriptor.PCR_FLAG : 0)
            | (isRandomAccess ? TsPacketDescriptor.RANDOM_ACCESS_FLAG : 0);
    }

    /** Puts header, adaptation field and at least so much stuffing; returns how much of the rest fits behind them. */
    private int putPacketHeader(
        final int pid, final boolean isStart, final int flags, final long dts, final int remaining,
        final int stuffing) {
        final int room = TsPacketDescriptor.MAX_PAYLOAD_LENGTH - neededLength(flags) - stuffing;
        final int length = Math.min(remaining, room);
        final int adaptationLength = TsPacketDescriptor.MAX_PAYLOAD_LENGTH - length;

        chunk.put(TsPacketDescriptor.SYNC);
        chunk.putShort((short) ((isStart ? 0x4000 : 0) | pid));
        chunk.put((byte) ((adaptationLength > 0 ? 0x30 : 0x10) | nextContinuity(pid)));
        if (adaptationLength > 0) {
            putAdaptation(adaptationLength, flags, dts);
        }
        return length;
    }

    private void putAdaptation(final int totalLength, final int flags, final long dts) {
        final int end = chunk.position() + totalLength;
        chunk.put((byte) (totalLength - 1));
        if (totalLength > 1) {
            chunk.put((byte) flags);
        }
        if ((flags & TsPacketDescriptor.PCR_FLAG) != 0) {
            final long base = dts - PCR_LEAD_TICKS & TimestampUnwrapper.MASK;
            chunk.putInt((int) (base >>> 1));
            chunk.putShort((short) (base << 15 | 0x7E00));
        }
        while (chunk.position() < end) {
            chunk.put(STUFFING);
        }
    }

    private void putPayload(final Packet packet, final int offset, final int length) {
        final int headerLength = unitHeader.limit();
        final int fromHeader = Math.max(0, Math.min(length, headerLength - offset));
        for (int i = 0; i < fromHeader; i++) {
            chunk.put(unitHeader.get(offset + i));
        }
        final int fromData = length - fromHeader;
        chunk.put(chunk.position(), packet.data(), offset + fromHeader - headerLength, fromData);
        chunk.position(chunk.position() + fromData);
    }

    private void putSection(final int pid, final ByteBuffer section) {
        int offset = 0;
        while (offset < section.limit()) {
            final int length = Math.min(TsPacketDescriptor.MAX_PAYLOAD_LENGTH, section.limit() - offset);
            chunk.put(TsPacketDescriptor.SYNC);
            chunk.putShort((short) ((offset == 0 ? 0x4000 : 0) | pid));
            chunk.put((byte) (0x10 | nextContinuity(pid)));
            chunk.put(chunk.position(), section, offset, length);
            chunk.position(chunk.position() + length);
            offset += length;
        }
        while (chunk.position() % TsPacketDescriptor.LENGTH != 0) {
            chunk.put(STUFFING);
        }
    }

    private int nextContinuity(final int pid) {
        final byte current = continuity[pid];
        continuity[pid] = (byte) (current + 1 & TsPacketDescriptor.CONTINUITY_MASK);
        return current;
    }

    private void flush(final ByteSink out) {
        if (chunk.position() > 0) {
            chunk.flip();
            out.accept(chunk);
            chunk.clear();
        }
    }

    private static int streamId(final TsStream stream) {
        if (stream.kind() == Packet.Kind.VIDEO) {
            return VIDEO_STREAM_ID;
        }
        return switch (stream.streamType()) {
            case TsStream.AAC, TsStream.MP3, 0x04, 0x11 -> AUDIO_STREAM_ID;
            default -> PRIVATE_STREAM_ID;
        };
    }
}
