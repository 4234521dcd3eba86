package dev.rill.frame;

import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.frame.ts.TsWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Joins video and audio into output segments. Video never waits for audio. Audio waits for the video frame at or behind
 * its own time and is written in front of it; at most {@value #MAX_HELD_AUDIO} units wait, and none waits for video
 * that is more than 10 s away or that the input does not have.
 * <p>
 * A segment begins with each keyframe that was asked for, or every interval of audio where there is no video.
 * Single-threaded.
 */
final class OutputMuxer {
    static final int MAX_HELD_AUDIO = 512;

    private static final long MAX_LEAD_TICKS = 900_000;
    private static final int VIDEO_PID = 0x100;
    private static final int AUDIO_PID = 0x101;

    private final ChannelSink outbox;
    private final PipelineCounters counters;
    private final long segmentTicks;
    private final ArrayDeque<Packet> heldAudio = new ArrayDeque<>();
    private TsProgram input;
    private TsWriter writer;
    private boolean videoAbsent;
    private boolean programChanged = true;
    private boolean segmentOpen;
    private long segmentPts;

    OutputMuxer(final ChannelSink outbox, final PipelineCounters counters, final long segmentTicks) {
        this.outbox = outbox;
        this.counters = counters;
        this.segmentTicks = segmentTicks;
    }

    /** The streams of what follows; the video in front of it has been written. */
    void onProgram(final TsProgram program) {
        writeAllAudio();
        input = program;
        programChanged = true;
    }

    void onVideoPresence(final PipelineLines.VideoPresence presence) {
        final boolean isAbsent = presence == PipelineLines.VideoPresence.ABSENT;
        programChanged |= isAbsent != videoAbsent;
        videoAbsent = isAbsent;
        if (isAbsent) {
            writeAllAudio();
        }
    }

    /** Whether the next segment will have other streams than the open one, and so had better begin soon. */
    boolean isProgramChanged() {
        return programChanged && segmentOpen;
    }

    /** Takes over one audio unit. */
    void onAudio(final Packet packet) {
        heldAudio.add(packet);
        if (!expectsVideo()) {
            writeAllAudio();
        } else if (heldAudio.size() > MAX_HELD_AUDIO) {
            writeAudio(heldAudio.poll());
        }
    }

    /**
     * Writes one video unit and the audio that belongs in front of it.
     *
     * @param packet borrowed.
     * @param cuts   whether it is the keyframe that begins the next segment.
     */
    void onVideo(final Packet packet, final boolean cuts) {
        final boolean begins = cuts || !segmentOpen || writer.program().video() == null;
        if (begins && (programChanged || !segmentOpen)) {
            beginSegment(packet.pts());
            writeAudioUpTo(packet.pts());
        } else {
            writeAudioUpTo(packet.pts());
            if (begins) {
                beginSegment(packet.pts());
            }
        }
        writer.write(packet, outbox);
    }

    /** Writes what is left and completes the segment. */
    void finish() {
        writeAllAudio();
        if (segmentOpen) {
            segmentOpen = false;
            outbox.endSegment();
        }
    }

    void release() {
        heldAudio.forEach(Packet::release);
        heldAudio.clear();
    }

    private boolean expectsVideo() {
        return !videoAbsent && input != null && input.video() != null && input.video().isH264();
    }

    private void writeAllAudio() {
        while (!heldAudio.isEmpty()) {
            writeAudio(heldAudio.poll());
        }
    }

    private void writeAudioUpTo(final long pts) {
        while (!heldAudio.isEmpty() && isDue(heldAudio.peek().pts() - pts)) {
            writeAudio(heldAudio.poll());
        }
    }

    private static boolean isDue(final long leadTicks) {
        return leadTicks <= 0 || leadTicks > MAX_LEAD_TICKS;
    }

    private void writeAudio(final Packet packet) {
        final long elapsed = packet.pts() - segmentPts;
        final boolean intervalOver = !expectsVideo() && (elapsed >= segmentTicks || elapsed < -segmentTicks);
        if (!segmentOpen || intervalOver || programChanged && !fitsWriter()) {
            beginSegment(packet.pts());
        }
        writer.write(packet, outbox);
        PipelineCounters.add(counters.audioPacketsOut, 1);
        packet.release();
    }

    private void beginSegment(final long pts) {
        if (programChanged) {
            programChanged = false;
            if (writer == null) {
                writer = new TsWriter(outputProgram());
            } else {
                writer.program(outputProgram());
            }
        }
        segmentPts = pts;
        segmentOpen = true;
        outbox.beginSegment();
        writer.beginSegment(outbox);
    }

    /** Whether audio may go on in the open segment until a keyframe begins the one with the new program. */
    private boolean fitsWriter() {
        return expectsVideo() && Objects.equals(outputAudio(), writer.program().audio());
    }

    private TsStream outputAudio() {
        final TsStream audio = input == null ? null : input.audio();
        return audio == null ? null : new TsStream(AUDIO_PID, audio.streamType(), audio.kind(), audio.descriptors());
    }

    private TsProgram outputProgram() {
        final TsStream audio = outputAudio();
        final List<TsStream> streams = new ArrayList<>(2);
        if (expectsVideo() || audio == null) {
            streams.add(TsStream.h264(VIDEO_PID));
        }
        if (audio != null) {
            streams.add(audio);
        }
        return TsProgram.of(streams);
    }
}
