package dev.rill.frame;

import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.audio.Sound;
import dev.rill.frame.codec.AudioTranscoder;
import dev.rill.frame.codec.AudioUnits;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The sound of the input on its way to the side line: as it came, or processed. Sound of a codec that is not known goes
 * on as it came. Belongs to the intake stage's thread.
 */
final class AudioIntake {
    private final PipelineLines lines;
    private final AudioProcessing wanted;
    private final AudioProcessing guarded;
    private final RingFeed<Object> side;
    private TsStream stream;
    private AudioUnits units;
    private AudioTranscoder transcoder;
    private boolean handlerFails;
    private long damagedPackets;
    private long repairs;
    private long arrivalNs;

    /** @param processing null for sound that stays as it is. */
    AudioIntake(final PipelineLines lines, final AudioProcessing processing, final RingFeed<Object> side) {
        this.lines = lines;
        this.side = side;
        wanted = processing;
        guarded = processing == null ? null : new AudioProcessing(this::guard, processing.codec());
    }

    /** Other streams begin: completes the sound of those before, and returns what is delivered from now on. */
    TsProgram change(final TsProgram program) {
        final TsStream audio = program.audio();
        if (wanted != null && !Objects.equals(audio, stream)) {
            finish();
            stream = audio;
            units = audio == null ? null : AudioUnits.of(audio);
            if (audio != null && units == null) {
                lines.reports.warn(StreamError.Code.AUDIO,
                    "audio of the input: expected AAC, MP3 or Opus, actual " + audio + "; it goes on unprocessed");
            }
        }
        return units == null ? program : processed(program);
    }

    private TsProgram processed(final TsProgram program) {
        final List<TsStream> streams = new ArrayList<>(program.streams());
        streams.replaceAll(each -> each.equals(stream) ? target(each) : each);
        return new TsProgram(program.number(), program.pmtPid(), program.pcrPid(), program.stuffsTails(), streams);
    }

    private TsStream target(final TsStream source) {
        return wanted.codec() == AudioCodec.AAC ? TsStream.aac(source.pid())
            : TsStream.opus(source.pid(), opusChannels(source));
    }

    /** What the program map says, because it is all that is known when the output has to say it. */
    private int opusChannels(final TsStream source) {
        return source.isOpus() ? units.channels() : AudioTranscoder.MAX_CHANNELS;
    }

    /** Takes over one unit. */
    void add(final Packet packet) {
        if (units == null) {
            side.add(packet);
            return;
        }
        try {
            arrivalNs = packet.arrivalNs();
            process(packet);
        } catch (final MediaException ex) {
            lines.fail(StreamError.Code.AUDIO, "audio of the input: " + ex.getMessage());
        } finally {
            packet.release();
            updateCounters();
        }
    }

    private void process(final Packet packet) {
        if (transcoder == null) {
            if (!units.learn(packet.data())) {
                damagedPackets++;
                return;
            }
            transcoder = AudioTranscoder.open(units.codecId(), channels(), guarded, lines.packets);
        }
        if (stream.isOpus()) {
            final boolean whole = units.split(packet.data(), (unit, offset, duration) ->
                transcoder.transcode(unit, packet.pts() + offset, arrivalNs, side::add));
            damagedPackets += whole ? 0 : 1;
        } else {
            transcoder.transcode(packet.data(), packet.pts(), arrivalNs, side::add); // FFmpeg reads these headers.
        }
    }

    private int channels() {
        return wanted.codec() == AudioCodec.OPUS ? opusChannels(stream)
            : units.channels() == 1 ? 1 : AudioTranscoder.MAX_CHANNELS;
    }

    /** A handler that fails costs the block it failed on, which becomes silence. */
    private void guard(final Sound sound) {
        try {
            wanted.handler().onSound(sound);
            handlerFails = false;
        } catch (final RuntimeException ex) {
            sound.mute();
            if (!handlerFails) {
                handlerFails = true;
                lines.reports.warn(StreamError.Code.AUDIO, "audio handler: failed on the sound at pts=" + sound.pts()
                    + ", which is silent now: " + ex);
            }
        }
    }

    /** Hands out what the codecs still hold; nothing of this stream comes any more. */
    void finish() {
        if (transcoder == null) {
            return;
        }
        try {
            transcoder.finish(arrivalNs, side::add);
        } catch (final MediaException ex) {
            lines.fail(StreamError.Code.AUDIO, "audio of the input: " + ex.getMessage());
        } finally {
            release();
        }
    }

    void release() {
        if (transcoder != null) {
            damagedPackets += transcoder.damagedPackets();
            repairs += transcoder.repairs();
            transcoder.close();
            transcoder = null;
            updateCounters();
        }
    }

    private void updateCounters() {
        final AudioTranscoder open = transcoder;
        lines.counters.audioUndecodable.setRelease(damagedPackets + (open == null ? 0 : open.damagedPackets()));
        lines.counters.audioRepairs.setRelease(repairs + (open == null ? 0 : open.repairs()));
    }
}
