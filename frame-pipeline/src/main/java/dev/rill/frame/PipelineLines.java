package dev.rill.frame;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.NanoClock;
import org.jctools.queues.varhandle.SpmcVarHandleArrayQueue;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * What the stages of one pipeline share: the rings between them, and the marks by which they tell each other that no
 * more will come.
 * <pre>
 *   intake ──decoded──▶ process ──completed──▶ egress
 *     └──────────────────side (audio, programs)──▶┘
 * </pre>
 * Every mark is set after the last offer to the ring it speaks of; a consumer reads the mark first and looks at the
 * ring then, so that an empty ring behind a set mark is really the end.
 */
final class PipelineLines {
    static final int SIDE_CAPACITY = 1024;

    final NanoClock clock;
    final PipelineCounters counters = new PipelineCounters();
    final StageRecorders recorders = new StageRecorders();
    final PassportPool passports = new PassportPool();
    final PacketPool packets = new PacketPool();
    final Reports reports;

    /** Frames to be submitted. Its producer is its second consumer, when it drops the oldest frame of a full ring. */
    final SpmcVarHandleArrayQueue<FramePassport> decoded;
    final SpscVarHandleArrayQueue<FramePassport> completed;

    /** What begins with the stream. */
    final Era firstEra = new Era();

    /** In stream order: audio packets, {@link Era.Change}s, {@link dev.rill.frame.ts.TsProgram}s with other audio. */
    final SpscVarHandleArrayQueue<Object> side = new SpscVarHandleArrayQueue<>(SIDE_CAPACITY);

    /** Why the input is over; set before {@link #intakeDone}. */
    volatile PipelineEnd inputEnd = PipelineEnd.CLOSED;
    volatile boolean intakeDone;
    volatile boolean processDone;

    private final AtomicReference<StreamError> failure = new AtomicReference<>();
    private final AtomicInteger openAgents = new AtomicInteger();
    private volatile boolean stopping;
    private volatile boolean closed;
    private volatile Runnable onClosed = () -> { };

    PipelineLines(final FramePipelineContext context, final int agents) {
        clock = context.clock();
        reports = new Reports(context.listener(), context.clock());
        decoded = new SpmcVarHandleArrayQueue<>(context.ringCapacity());
        completed = new SpscVarHandleArrayQueue<>(Math.max(2, context.inFlightWindow()));
        openAgents.set(agents);
    }

    /** The video of the input is there, or stays away. */
    enum VideoPresence { PRESENT, ABSENT }

    void drop(final FramePassport passport, final DropReason reason) {
        counters.drop(reason);
        reports.dropped(passport, reason);
        passports.recycle(passport);
    }

    void dropAll(final Queue<FramePassport> passports, final DropReason reason) {
        FramePassport passport = passports.poll();
        while (passport != null) {
            drop(passport, reason);
            passport = passports.poll();
        }
    }

    /** The output has taken the last byte of a frame. */
    void onPublished(final FramePassport frame) {
        PipelineCounters.add(counters.framesOut, 1);
        try {
            frame.onPublished(clock.nanoTime());
            recorders.record(frame);
            reports.published(frame);
        } finally {
            passports.recycle(frame);
        }
    }

    /** Counts a unit that has no passport; its time is {@link FramePassport#UNKNOWN} where its header is lost too. */
    void dropLost(final long pts, final DropReason reason) {
        counters.drop(reason);
        reports.dropped(FramePassport.lost(pts, clock.nanoTime()), reason);
    }

    /** Stops the pipeline by its own fault; the first failure is the one that counts. */
    void fail(final StreamError.Code code, final String message) {
        final StreamError error = new StreamError(code, true, message);
        if (failure.compareAndSet(null, error)) {
            reports.error(error);
        }
    }

    StreamError failure() {
        return failure.get();
    }

    static PipelineEnd endOf(final StreamError failure) {
        return failure.code() == StreamError.Code.OUTPUT_REFUSED ? PipelineEnd.OUTPUT_REFUSED : PipelineEnd.FAILED;
    }

    /** Ends all stages; each gives up what it holds. */
    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    /** One stage has given up what it held; the last one empties the rings. */
    void onAgentClosed() {
        if (openAgents.decrementAndGet() == 0) {
            dropAll(decoded, DropReason.ABANDONED);
            dropAll(completed, DropReason.ABANDONED);
            Object item = side.poll();
            while (item != null) {
                release(item);
                item = side.poll();
            }
            reports.end(failure() == null ? PipelineEnd.CLOSED : endOf(failure()));
            onClosed.run();
            closed = true;
        }
    }

    /** Sets what runs once everything was given up. */
    void onClosed(final Runnable newOnClosed) {
        onClosed = newOnClosed;
    }

    /** Whether every stage and ring is empty, and the host was told of the end. */
    boolean isClosed() {
        return closed;
    }

    static void release(final Object sideItem) {
        if (sideItem instanceof final Packet packet) {
            packet.release();
        }
    }
}
