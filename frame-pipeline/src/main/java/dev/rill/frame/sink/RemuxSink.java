package dev.rill.frame.sink;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.AudioUnits;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Remuxes the segments of a result into another container. The header of the file waits for the first keyframe and the
 * first audio packet, as far as the result has video and audio, because it describes them; until then packets are kept,
 * {@value #MAX_WAITING} at most.
 * <p>
 * The first failure to write is the last one: what comes behind it is dropped, and the file stays incomplete.
 */
final class RemuxSink implements ResultSink {
    private static final int MAX_WAITING = 512;

    private final Muxer muxer;
    private final TsReader reader;
    private final ArrayDeque<Packet> waiting = new ArrayDeque<>();
    private TsProgram program;
    private AudioUnits audio;
    private H264Facts video;
    private boolean audioKnown;
    private boolean begun;
    private boolean failed;
    private long droppedUnits;
    private long bytesTaken;
    private boolean closed;

    private RemuxSink(final Muxer muxer) {
        this.muxer = muxer;
        reader = new TsReader(new Intake(), new PacketPool(), SystemNanoClock.INSTANCE);
    }

    static RemuxSink open(final Path path, final String container) {
        return new RemuxSink(Muxer.create(path, container));
    }

    @Override
    public void beginSegment() {
        // Each segment announces itself by its tables.
    }

    @Override
    public void accept(final ByteBuffer bytes) {
        bytesTaken += bytes.remaining();
        reader.feed(bytes);
    }

    @Override
    public void endSegment() {
        reader.endOfSegment();
    }

    private void onPacket(final Packet packet) {
        if (failed) {
            drop(packet);
            return;
        }
        learn(packet);
        if (begun) {
            write(packet);
            return;
        }
        waiting.add(packet);
        if (isVideoKnown() && (audioKnown || waiting.size() >= MAX_WAITING)) {
            begin();
        } else if (waiting.size() >= MAX_WAITING) {
            drop(waiting.poll());
        }
    }

    private void learn(final Packet packet) {
        if (packet.kind() == Packet.Kind.AUDIO) {
            audioKnown |= audio != null && audio.learn(packet.data());
        } else if (video == null && packet.isKeyframe()) {
            final H264Facts facts = H264Facts.of(packet.data());
            video = facts.width() > 0 && facts.parameterSets().length > 0 ? facts : null;
        }
    }

    /** True as well where there is none. */
    private boolean isVideoKnown() {
        return video != null || program != null && program.video() == null;
    }

    private void begin() {
        try {
            muxer.begin(video, audio != null && audio.learn(ByteBuffer.allocate(0)) ? audio : null);
        } catch (final RuntimeException ex) {
            failed = true;
            throw ex;
        }
        begun = true;
        while (!waiting.isEmpty()) {
            write(waiting.poll());
        }
    }

    private void write(final Packet packet) {
        boolean kept = false;
        try {
            kept = muxer.write(packet);
        } catch (final RuntimeException ex) {
            failed = true;
            throw ex;
        } finally {
            droppedUnits += kept ? 0 : 1;
            packet.release();
        }
    }

    private void drop(final Packet packet) {
        droppedUnits++;
        packet.release();
    }

    @Override
    public String location() {
        return muxer.location();
    }

    @Override
    public long bytesTaken() {
        return bytesTaken;
    }

    @Override
    public long droppedUnits() {
        return droppedUnits;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            complete();
        } finally {
            waiting.forEach(this::drop);
            waiting.clear();
            reader.close();
            muxer.close();
        }
    }

    /** A file without a header is removed. */
    private void complete() {
        if (!failed) {
            reader.endOfSegment();
        }
        if (!failed && !begun && isVideoKnown() && !waiting.isEmpty()) {
            begin();
        }
        if (!failed || !begun) {
            muxer.finish();
        }
    }

    private final class Intake implements TsHandler {
        @Override
        public void onProgram(final TsProgram newProgram) {
            if (program == null) {
                program = newProgram;
                audio = newProgram.audio() == null ? null : AudioUnits.of(newProgram.audio());
                audioKnown = audio == null;
            }
        }

        @Override
        public void onPacket(final Packet packet) {
            RemuxSink.this.onPacket(packet);
        }
    }
}
