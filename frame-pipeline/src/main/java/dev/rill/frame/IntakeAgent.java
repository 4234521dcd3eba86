package dev.rill.frame;

import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.ts.TsCounters;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsLoss;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.frame.ts.TsStream;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.TrickleSubscriber;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.agrona.CloseHelper;

/** First stage: reads the subscription, takes the transport stream apart, has the video decoded. */
final class IntakeAgent extends IntakeStage implements SegmentHandler, TsHandler {
    /** Segments with data but without video after which the video is taken for absent. */
    static final int SEGMENTS_WITHOUT_VIDEO = 3;

    private static final int MAX_EVENTS = 16;
    private static final int SPARE_SLOTS = 4;

    private final TrickleSubscriber subscriber;
    private final TsReader reader;
    private final DecoderSlots slots;
    private final VideoIntake video;
    private final RingFeed<Object> side;
    private final AudioIntake audio;
    private final Runnable onDone;
    private boolean inputOver;
    private boolean videoAbsent;
    private boolean programSeen;
    private TsStream videoStream;
    private int segmentsWithoutVideo;
    private long unitsBefore;
    private long bytesBefore;
    private Events.SegmentEvent segmentEvent;

    private IntakeAgent(
        final PipelineLines lines,
        final FramePipelineContext context,
        final DecoderSlots slots,
        final VideoDecoder decoder,
        final StageAgent process,
        final StageAgent egress) {
        super(lines);
        this.slots = slots;
        subscriber = context.subscriber();
        reader = new TsReader(this, lines.packets, context.clock(), context.maxUnitLength());
        video = new VideoIntake(lines, decoder, context, process::wake);
        side = new RingFeed<>(lines.side, egress::wake);
        audio = new AudioIntake(lines, context.audio(), side);
        lines.counters.decoder = decoder.name();
        onDone = process::wake;
    }

    /** Opens the decoder as well. */
    static IntakeAgent open(
        final PipelineLines lines, final FramePipelineContext context, final StageAgent process,
        final StageAgent egress) {
        final int capacity = context.ringCapacity() + context.inFlightWindow() + SPARE_SLOTS;
        final DecoderSlots slots = new DecoderSlots(context.bridge(), capacity);
        VideoDecoder decoder = null;
        try {
            decoder = Codecs.h264Decoder(slots, context.hardwareDecoding(), context.maxPixels());
            final IntakeAgent agent = new IntakeAgent(lines, context, slots, decoder, process, egress);
            context.subscriber().onReadable(agent::wake);
            return agent;
        } catch (final RuntimeException ex) {
            CloseHelper.quietCloseAll(decoder, slots);
            throw ex;
        }
    }

    @Override
    InputFigures figures() {
        final TsCounters counters = reader.counters();
        return new InputFigures(
            counters.units(Packet.Kind.VIDEO),
            counters.emitted(Packet.Kind.AUDIO),
            counters.dropped(Packet.Kind.AUDIO),
            counters.bytes(),
            counters.continuityErrors(),
            counters.copiedBytes());
    }

    @Override
    public void onSegmentBegin(final long sequence, final String contentType) {
        PipelineCounters.add(lines.counters.segmentsIn, 1);
        segmentEvent = new Events.SegmentEvent();
        segmentEvent.begin();
        unitsBefore = reader.counters().units(Packet.Kind.VIDEO);
        bytesBefore = reader.counters().bytes();
    }

    @Override
    public void onData(final long sequence, final ByteBuffer bytes) {
        reader.feed(bytes);
    }

    @Override
    public void onSegmentEnd(final long sequence, final boolean intact) {
        reader.endOfSegment(intact);
        PipelineCounters.add(lines.counters.segmentsRead, 1);
        commitSegment(sequence, intact);
        final boolean hasVideo = reader.counters().units(Packet.Kind.VIDEO) > unitsBefore;
        if (!hasVideo && reader.counters().bytes() > bytesBefore) {
            onSegmentWithoutVideo(sequence);
        }
    }

    @Override
    public void onGap(final long from, final long to) {
        PipelineCounters.add(lines.counters.segmentsLost, to - from);
        video.onMissing();
        lines.reports.warn(StreamError.Code.INPUT_GAP,
            "segments " + from + ".." + (to - 1) + " of the input were lost");
    }

    @Override
    public void onEnd(final EndReason reason) {
        reader.endOfSegment(false);
        lines.inputEnd = switch (reason) {
            case CHANNEL_CLOSED -> PipelineEnd.CHANNEL_CLOSED;
            case CHANNEL_NOT_FOUND -> PipelineEnd.CHANNEL_NOT_FOUND;
            case PEER_LOST, REFUSED, NOT_TRUSTED -> PipelineEnd.INPUT_LOST;
            case CLOSED -> PipelineEnd.CLOSED;
        };
        inputOver = true;
    }

    @Override
    public void onProgram(final TsProgram program) {
        final TsStream newVideo = program.video();
        final TsProgram delivered = audio.change(program);
        side.add(programSeen && Objects.equals(newVideo, videoStream) ? delivered : video.change(delivered));
        programSeen = true;
        videoStream = newVideo;
        if (program.video() != null && !program.video().isH264()) {
            lines.reports.warn(StreamError.Code.UNSUPPORTED_VIDEO,
                "video of the input: expected H.264 (stream type 0x1b), actual " + program.video());
        }
    }

    @Override
    public void onPacket(final Packet packet) {
        if (packet.kind() == Packet.Kind.AUDIO) {
            audio.add(packet);
            return;
        }
        onVideoPresent();
        if (reader.program().video().isH264()) {
            video.add(packet);
        } else {
            lines.dropLost(packet.pts(), DropReason.UNSUPPORTED);
            packet.release();
        }
    }

    @Override
    public void onLoss(final Packet.Kind kind, final TsLoss reason) {
        if (kind == Packet.Kind.VIDEO) {
            lines.dropLost(FramePassport.UNKNOWN, DropReason.of(reason));
            video.onMissing();
        }
        lines.reports.warn(StreamError.Code.DAMAGED_INPUT, "a unit of the input's " + kind + " is lost: " + reason);
    }

    @Override
    int work() {
        if (lines.intakeDone || lines.failure() != null) {
            return 0;
        }
        int work = video.work() + side.moveOn();
        for (int i = 0; i < MAX_EVENTS && !inputOver && video.hasRoom() && side.isClear(); i++) {
            final int events = subscriber.poll(this, 1);
            work += events + video.work();
            if (events == 0) {
                break;
            }
        }
        if (inputOver && side.isClear() && video.finish()) {
            audio.finish();
            if (side.isClear()) {
                lines.intakeDone = true;
                onDone.run();
            }
        }
        return work;
    }

    @Override
    boolean isAtRest() {
        return !inputOver && video.held() == 0 && side.isClear() && lines.failure() == null;
    }

    @Override
    int countHeld() {
        return video.held() + reader.openUnits(Packet.Kind.VIDEO);
    }

    @Override
    void release() {
        subscriber.close();
        reader.close();
        audio.release();
        side.release(PipelineLines::release);
        video.release();
        slots.close();
    }

    private void commitSegment(final long sequence, final boolean intact) {
        final Events.SegmentEvent event = segmentEvent;
        segmentEvent = null;
        if (event != null && event.shouldCommit()) {
            event.sequence = sequence;
            event.bytes = reader.counters().bytes() - bytesBefore;
            event.videoUnits = reader.counters().units(Packet.Kind.VIDEO) - unitsBefore;
            event.intact = intact;
            event.commit();
        }
    }

    private void onSegmentWithoutVideo(final long sequence) {
        segmentsWithoutVideo++;
        if (segmentsWithoutVideo == SEGMENTS_WITHOUT_VIDEO) {
            videoAbsent = true;
            side.add(video.change(PipelineLines.VideoPresence.ABSENT));
            lines.reports.warn(StreamError.Code.NO_VIDEO, "no video in " + SEGMENTS_WITHOUT_VIDEO
                + " segments of the input, the last of them " + sequence + "; audio goes on");
        }
    }

    private void onVideoPresent() {
        segmentsWithoutVideo = 0;
        if (videoAbsent) {
            videoAbsent = false;
            side.add(video.change(PipelineLines.VideoPresence.PRESENT));
        }
    }
}
