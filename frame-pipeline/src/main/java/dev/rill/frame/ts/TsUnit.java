package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import java.nio.ByteBuffer;

/** Assembles the units of one elementary stream. Not thread-safe: belongs to its {@link TsReader}. */
final class TsUnit {
    /** Where the stream stands. */
    private enum State {
        /** Nothing seen since the start, or since the segment began: payload without a start is headless. */
        FRESH,
        /** The last unit is complete. */
        IDLE,
        /** The last unit was taken for complete at a stuffed packet. */
        ENDED_BY_STUFFING,
        /** Collecting the header of a unit. */
        HEADER,
        /** Collecting the payload of a unit. */
        BODY,
        /** The unit was dropped; the rest of it is passed over. */
        SKIPPING
    }

    private static final int UNBOUNDED = -1;

    private final TsStream stream;
    private final TsHandler handler;
    private final PacketPool pool;
    private final TsCounters counters;
    private final TimestampUnwrapper times;
    private final int maxLength;
    private final PesHeader header = new PesHeader();

    private State state = State.FRESH;
    private Packet packet;
    private int continuity = -1;
    private int remaining;
    private long arrivalNs;
    private boolean randomAccess;
    private final TailProof singleTail = new TailProof(false);
    private final TailProof tail;
    private final boolean isStuffingDeclared;
    private int unitPackets;
    private boolean stuffedLast;
    private boolean timed;
    private long lastTime;

    TsUnit(
        final TsStream stream,
        final boolean stuffsTails,
        final TsHandler handler,
        final PacketPool pool,
        final TsCounters counters,
        final TimestampUnwrapper times,
        final int maxLength) {
        this.stream = stream;
        isStuffingDeclared = stuffsTails;
        tail = new TailProof(stuffsTails);
        this.handler = handler;
        this.pool = pool;
        this.counters = counters;
        this.times = times;
        this.maxLength = maxLength;
    }

    TsStream stream() {
        return stream;
    }

    /** Notes the continuity counter of a packet with payload; returns false for a duplicate. */
    boolean isNew(final int packetContinuity, final boolean discontinuityAnnounced) {
        final int last = continuity;
        continuity = packetContinuity;
        if (last < 0 || discontinuityAnnounced) {
            return true;
        }
        if (last == packetContinuity) {
            counters.countDuplicatePacket();
            return false;
        }
        if (packetContinuity != (last + 1 & TsPacketDescriptor.CONTINUITY_MASK)) {
            counters.countContinuityError();
            stuffedLast = false;
            lost(TsLoss.CONTINUITY);
        }
        return true;
    }

    /** A unit starts in this packet; payload from position to limit follows by {@link #payload}. */
    void begin(final boolean isRandomAccess, final long nowNs) {
        end(true);
        unitPackets = 0;
        stuffedLast = false;
        counters.countUnit(stream.kind());
        state = State.HEADER;
        header.clear();
        arrivalNs = nowNs;
        randomAccess = isRandomAccess;
    }

    /** Takes the payload of one packet, position to limit, and whether its adaptation field is stuffed. */
    void payload(final ByteBuffer bytes, final boolean isStuffed) {
        if (stuffedLast) {
            onStuffingInFront();
        }
        collect(bytes);
        unitPackets++;
        stuffedLast = isStuffed;
        if (isStuffed && state == State.BODY && remaining == UNBOUNDED && tailProof().isComplete()) {
            emit();
            state = State.ENDED_BY_STUFFING;
        }
    }

    private void onStuffingInFront() {
        tailProof().refute();
        if (unitPackets > 1 || !isStuffingDeclared) {
            counters.countMisplacedStuffing();
        }
    }

    /** Stuffing of a first packet, which may carry a clock as well, proves nothing about later ones. */
    private TailProof tailProof() {
        return unitPackets == 1 ? singleTail : tail;
    }

    private void collect(final ByteBuffer bytes) {
        switch (state) {
            case HEADER -> collectHeader(bytes);
            case BODY -> appendBody(bytes);
            case FRESH -> lost(TsLoss.HEADLESS);
            case ENDED_BY_STUFFING, IDLE -> counters.countExcessBytes(bytes.remaining());
            case SKIPPING -> {
            }
            default -> throw new IllegalStateException("state=" + state);
        }
    }

    /** Nothing more belongs to the open unit: hands it on if that can be its end, else drops it. */
    void end(final boolean isCleanEnd) {
        if (isCleanEnd && stuffedLast) {
            tailProof().confirm();
            stuffedLast = false;
        }
        if (state == State.HEADER) {
            drop(TsLoss.TRUNCATED);
        } else if (state == State.BODY) {
            if (remaining == UNBOUNDED && isCleanEnd && packet.length() > 0) {
                emit();
            } else {
                drop(TsLoss.TRUNCATED);
            }
        }
        state = State.IDLE;
    }

    /** As {@link #end}; the next segment may number its packets anew. */
    void endOfSegment(final boolean isCleanEnd) {
        end(isCleanEnd);
        state = State.FRESH;
        continuity = -1;
    }

    /** Number of units begun and neither emitted nor dropped: 0 or 1. */
    int open() {
        return state == State.HEADER || state == State.BODY ? 1 : 0;
    }

    private void collectHeader(final ByteBuffer bytes) {
        if (!header.collect(bytes)) {
            return;
        }
        final TsLoss refusal = refusal();
        if (refusal != null) {
            drop(refusal);
            return;
        }
        remaining = header.payloadLength();
        packet = pool.acquire();
        describe();
        state = State.BODY;
        appendBody(bytes);
    }

    private TsLoss refusal() {
        if (!header.isValid() || header.payloadLength() < UNBOUNDED || header.payloadLength() == 0) {
            return TsLoss.BAD_HEADER;
        }
        if (header.payloadLength() > maxLength) {
            return TsLoss.TOO_LARGE;
        }
        final boolean canBorrowTime = timed && stream.kind() == Packet.Kind.AUDIO;
        return header.hasPts() || canBorrowTime ? null : TsLoss.NO_TIME;
    }

    private void describe() {
        final long dts;
        final long pts;
        if (!header.hasPts()) {
            dts = lastTime;
            pts = lastTime;
        } else if (header.hasDts()) {
            dts = times.unwrap(header.dts());
            pts = times.near(dts, header.pts());
        } else {
            dts = times.unwrap(header.pts());
            pts = dts;
        }
        timed = true;
        lastTime = pts;
        packet.describe(stream.kind(), pts, dts, randomAccess, arrivalNs);
    }

    private void appendBody(final ByteBuffer bytes) {
        int excess = 0;
        if (remaining != UNBOUNDED && bytes.remaining() > remaining) {
            excess = bytes.remaining() - remaining;
            bytes.limit(bytes.limit() - excess);
            counters.countExcessBytes(excess);
        }
        final int length = bytes.remaining();
        if (packet.length() + length > maxLength) {
            drop(TsLoss.TOO_LARGE);
            return;
        }
        packet.append(bytes);
        counters.countCopiedBytes(length);
        if (remaining != UNBOUNDED) {
            remaining -= length;
            if (remaining == 0) {
                emit();
                state = State.IDLE;
            }
        }
    }

    private void emit() {
        final Packet complete = packet;
        packet = null;
        final boolean keyframe = stream.kind() == Packet.Kind.AUDIO || randomAccess
            || stream.isH264() && H264Units.isKeyframe(complete.data());
        complete.describe(stream.kind(), complete.pts(), complete.dts(), keyframe, complete.arrivalNs());
        counters.countEmitted(stream.kind());
        handler.onPacket(complete);
    }

    /** Counts a loss: of the open unit, or of one of which no more is known than that something of it is missing. */
    private void lost(final TsLoss reason) {
        if (state == State.HEADER || state == State.BODY) {
            drop(reason);
        } else if (state != State.SKIPPING) {
            counters.countUnit(stream.kind());
            drop(reason);
        }
    }

    private void drop(final TsLoss reason) {
        if (packet != null) {
            packet.release();
            packet = null;
        }
        state = State.SKIPPING;
        counters.countDropped(stream.kind(), reason);
        handler.onLoss(stream.kind(), reason);
    }
}
