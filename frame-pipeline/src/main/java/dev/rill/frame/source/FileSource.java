package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_DURATION_FROM_STREAM;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_q;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.codec.FFmpeg;
import dev.rill.frame.codec.FFmpegVideoDecoder;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.codec.SoundEncoder;
import dev.rill.frame.ts.TsProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file or URL that libavformat can open.
 * <p>
 * H.264 is copied, with its order and its decoding times; other video is transcoded to H.264. AAC, Opus (mono and
 * stereo) and MP3 are copied, other audio is transcoded to AAC; the first video and the first audio stream are taken.
 * A medium that breaks off delivers what is there, then ends with a {@linkplain #warnings() warning}.
 * <p>
 * Times are those of the medium as long as its first decoding time lies in 0..2^33 - 1; else a constant is added to all
 * ({@link #timeOffsetTicks()}) which brings it there. From there times go on beyond 2^33 without wrapping. Where the
 * medium jumps back by more than 1 s, or ahead by more than 10 s, as concatenated files do, the times delivered go on
 * one frame after where they were, with the distance of sound and picture kept to 20 ms; each jump counts as a
 * warning, and so does each unit whose decoding time does not advance, which is set one tick behind the one before.
 */
public final class FileSource implements MediaSource {
    private static final Logger LOGGER = LoggerFactory.getLogger(FileSource.class);
    static final int VIDEO_PID = 0x100;
    private static final int AUDIO_PID = 0x101;
    private static final int TICKS_PER_SECOND = 90_000;
    private static final int PREFETCH_LIMIT = 256;
    private static final int MAX_FRAME_RATE = 240;
    private static final int DEFAULT_FRAME_RATE = 30;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long TIME_RANGE = 1L << 33;
    private static final int MAX_WRAP_BITS = 33;

    private final MediaInput input;
    private final PacketPool pool;
    private final NanoClock clock;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ArrayDeque<AVPacket> prefetched = new ArrayDeque<>();
    private final AVRational ticks = new AVRational().num(1).den(TICKS_PER_SECOND);
    private AVPacket unit;
    private AVStream video;
    private AVStream audio;
    private final List<Track> tracks = new ArrayList<>(2);
    private Track videoTrack;
    private Track audioTrack;
    private TsProgram program;
    private String description;
    private int frameRateNumerator = DEFAULT_FRAME_RATE;
    private int frameRateDenominator = 1;
    private int width;
    private int height;
    private long durationTicks;
    private long timeOffsetTicks;
    private SourceTimeline timeline;
    private volatile long warnings;
    private long latestTicks;
    private volatile boolean closed;
    private boolean reading;
    private boolean ended;

    private FileSource(final MediaInput input, final PacketPool pool, final NanoClock clock) {
        this.input = input;
        this.pool = pool;
        this.clock = clock;
    }

    /**
     * Opens a file or URL.
     *
     * @param location path of a file, or a URL of a scheme that FFmpeg knows.
     * @param pool     where packets come from.
     * @return the source; close it.
     * @throws MediaException one line that names the location, what was expected and what was found.
     */
    public static FileSource open(final String location, final PacketPool pool) {
        return open(location, pool, SystemNanoClock.INSTANCE);
    }

    /**
     * Opens a file or URL.
     *
     * @param location path of a file, or a URL of a scheme that FFmpeg knows.
     * @param pool     where packets come from.
     * @param clock    stamps arrival times.
     * @return the source; close it.
     * @throws MediaException one line that names the location, what was expected and what was found.
     */
    public static FileSource open(final String location, final PacketPool pool, final NanoClock clock) {
        return open(location, pool, clock, new Copying(), null);
    }

    /** How the video of a file is delivered. */
    interface VideoTreatment {
        Track of(FileSource source, AVStream video);

        /** Whether a medium without video will do, if it has audio. */
        boolean allowsNone();
    }

    /** H.264 as it is. */
    private static final class Copying implements VideoTreatment {
        @Override
        public Track of(final FileSource source, final AVStream video) {
            return source.asH264(video);
        }

        @Override
        public boolean allowsNone() {
            return false;
        }
    }

    /** @param audio how audio is processed; null to leave it as it is where that is possible. */
    static FileSource open(
        final String location, final PacketPool pool, final NanoClock clock, final VideoTreatment treatment,
        final AudioProcessing audio) {
        final FileSource source = new FileSource(MediaInput.open(location), pool, clock);
        try {
            source.chooseStreams(treatment, audio);
            source.prefetch();
            return source;
        } catch (final MediaException ex) {
            source.close();
            throw source.named(ex);
        } catch (final RuntimeException ex) {
            source.close();
            throw new MediaException(location + ": expected media that can be used, actual: " + ex, ex);
        }
    }

    private MediaException named(final MediaException ex) {
        return new MediaException(input.location() + ": " + ex.getMessage(), ex);
    }

    private Track asH264(final AVStream stream) {
        return stream.codecpar().codec_id() == AV_CODEC_ID_H264
            ? new H264Track(VIDEO_PID, stream, frameTicks(), pool)
            : new TranscodedVideoTrack(VIDEO_PID, stream.codecpar(), frameRateNumerator, frameRateDenominator, pool);
    }

    private void chooseStreams(final VideoTreatment treatment, final AudioProcessing processing) {
        unit = FFmpeg.check(av_packet_alloc(), "packet");
        video = input.video();
        audio = input.audio();
        if (video == null && (audio == null || !treatment.allowsNone())) {
            throw new MediaException((treatment.allowsNone() ? "no video or audio stream" : "no video stream")
                + "; expected one, found: " + input.streamNames());
        }
        discardOthers();
        if (video != null) {
            chooseVideo(treatment);
        }
        if (audio != null) {
            audioTrack = AudioTracks.of(AUDIO_PID, audio.codecpar(), processing, pool);
            tracks.add(audioTrack);
        }
        program = TsProgram.of(tracks.stream().map(Track::stream).toList());
        final long micros = input.context().duration();
        durationTicks = micros > 0 ? micros * TICKS_PER_SECOND / MICROS_PER_SECOND : -1;
        description = describe();
    }

    private void chooseVideo(final VideoTreatment treatment) {
        guessFrameRate();
        final AVCodecParameters parameters = video.codecpar();
        checkSize(parameters);
        width = parameters.width() & ~1;
        height = parameters.height() & ~1;
        videoTrack = treatment.of(this, video);
        tracks.add(videoTrack);
    }

    private static void checkSize(final AVCodecParameters parameters) {
        final boolean known = parameters.width() > 0 && parameters.height() > 0;
        if (known && !FFmpegVideoDecoder.isSupported(parameters.width(), parameters.height())) {
            throw new MediaException("expected pictures of 2x2 to 16384x16384, actual " + parameters.width() + "x"
                + parameters.height());
        }
    }

    private void discardOthers() {
        for (int i = 0; i < input.context().nb_streams(); i++) {
            if (!isStream(video, i) && !isStream(audio, i)) {
                input.context().streams(i).discard(AVDISCARD_ALL);
            }
        }
    }

    private static boolean isStream(final AVStream stream, final int index) {
        return stream != null && stream.index() == index;
    }

    private void guessFrameRate() {
        final AVRational rate = av_guess_frame_rate(input.context(), video, (AVFrame) null);
        final long numerator = rate.num();
        final long denominator = rate.den();
        if (numerator > 0 && denominator > 0 && numerator <= denominator * MAX_FRAME_RATE) {
            frameRateNumerator = rate.num();
            frameRateDenominator = rate.den();
        }
    }

    long frameTicks() {
        return (long) TICKS_PER_SECOND * frameRateDenominator / frameRateNumerator;
    }

    private String describe() {
        final String rate = String.format(
            Locale.ROOT, "%.4g fps", (double) frameRateNumerator / frameRateDenominator);
        final String length = durationTicks < 0 ? "unknown duration"
            : String.format(Locale.ROOT, "%.2f s", (double) durationTicks / TICKS_PER_SECOND);
        return input.location() + ": "
            + (videoTrack == null ? "no video" : videoTrack.description() + ", " + rate) + "; "
            + (audioTrack == null ? "no audio" : audioTrack.description()) + "; " + length;
    }

    /** Reads until each stream has shown its first unit, so that the offset of times is known before any is used. */
    private void prefetch() {
        boolean videoSeen = video == null;
        boolean audioSeen = audio == null;
        long first = Long.MAX_VALUE;
        while (!(videoSeen && audioSeen) && prefetched.size() < PREFETCH_LIMIT) {
            final int result = input.read(unit);
            if (result < 0) {
                requireData(videoSeen, audioSeen, result);
                break;
            }
            final Track track = trackOf(unit);
            if (track != null) {
                videoSeen |= track == videoTrack;
                audioSeen |= track == audioTrack;
                first = Math.min(first, startOf(unit, track));
                prefetched.add(FFmpeg.check(av_packet_clone(unit), "packet"));
            }
            av_packet_unref(unit);
        }
        timeOffsetTicks = offsetFor(first == Long.MAX_VALUE ? 0 : first);
        timeline = new SourceTimeline(timeOffsetTicks, frameTicks(), SoundEncoder.AAC_PRIMING_TICKS);
    }

    private void requireData(final boolean videoSeen, final boolean audioSeen, final int result) {
        if (!videoSeen) {
            throw new MediaException("no video data; expected at least one picture, " + input.reason(result));
        }
        if (video == null && !audioSeen) {
            throw new MediaException("no audio data; expected at least one unit, " + input.reason(result));
        }
    }

    /** As little as possible: nothing, or a multiple of the range of times, or what makes a negative time zero. */
    private long offsetFor(final long first) {
        if (first >= TIME_RANGE) {
            return -(first & -TIME_RANGE);
        }
        // libavformat makes times negative that are about to wrap when the medium begins.
        final int wrapBits = (video == null ? audio : video).pts_wrap_bits();
        final boolean wraps = wrapBits <= MAX_WRAP_BITS && first < -SoundEncoder.AAC_PRIMING_TICKS;
        return wraps ? TIME_RANGE : Math.max(0, -first);
    }

    private long startOf(final AVPacket packet, final Track track) {
        final long stated = packet.dts() != AV_NOPTS_VALUE ? packet.dts() : packet.pts();
        if (stated == AV_NOPTS_VALUE) {
            return Long.MAX_VALUE;
        }
        return av_rescale_q(stated, streamOf(track).time_base(), ticks) - track.leadTicks();
    }

    private AVStream streamOf(final Track track) {
        return track == videoTrack ? video : audio;
    }

    private Track trackOf(final AVPacket packet) {
        if (isStream(video, packet.stream_index())) {
            return videoTrack;
        }
        return isStream(audio, packet.stream_index()) ? audioTrack : null;
    }

    @Override
    public synchronized boolean read(final PacketHandler out) {
        if (ended || closing.get()) {
            return false;
        }
        reading = true;
        try {
            return readNext(out);
        } catch (final MediaException ex) {
            ended = true;
            throw named(ex);
        } finally {
            reading = false;
            if (closed) {
                free();
            }
        }
    }

    private boolean readNext(final PacketHandler out) {
        final AVPacket waiting = prefetched.poll();
        if (waiting != null) {
            try {
                dispatch(waiting, out);
            } finally {
                av_packet_free(waiting);
            }
            return true;
        }
        final int result = input.read(unit);
        if (result < 0) {
            end(result, out);
            return false;
        }
        try {
            dispatch(unit, out);
        } finally {
            av_packet_unref(unit);
        }
        return true;
    }

    private void dispatch(final AVPacket packet, final PacketHandler out) {
        final Track track = trackOf(packet);
        if (track == null) {
            return;
        }
        if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            warnings++;
        }
        av_packet_rescale_ts(packet, streamOf(track).time_base(), ticks);
        if (packet.dts() != AV_NOPTS_VALUE) {
            latestTicks = Math.max(latestTicks, packet.dts() + timeOffsetTicks);
        }
        final int jumps = timeline.jumps();
        (track == videoTrack ? timeline.video() : timeline.audio()).adjust(packet);
        warnings += timeline.jumps() - jumps;
        track.accept(packet, clock.nanoTime(), out);
    }

    private void end(final int result, final PacketHandler out) {
        ended = true;
        if (closing.get()) {
            return;
        }
        if (!MediaInput.isEnd(result)) {
            noteBreak(input.reason(result));
        } else if (expectedEnd() - latestTicks > TICKS_PER_SECOND) {
            noteBreak("ends before the duration it states");
        }
        final long nowNs = clock.nanoTime();
        tracks.forEach(track -> track.finish(nowNs, out));
        warnings += damagedUnits();
    }

    private void noteBreak(final String reason) {
        warnings++;
        LOGGER.warn("source broke off location={} reason={}", input.location(), reason);
    }

    /** Where the medium should end at least by what its header states; guesses from its length do not count. */
    private long expectedEnd() {
        final boolean stated = input.context().duration_estimation_method() == AVFMT_DURATION_FROM_STREAM;
        return stated && durationTicks > 0 ? durationTicks + timeOffsetTicks : Long.MIN_VALUE / 2;
    }

    private long damagedUnits() {
        return tracks.stream().mapToLong(Track::damagedUnits).sum();
    }

    /** FFmpeg's name of the container. */
    String formatName() {
        return input.context().iformat().name().getString();
    }

    /** Number of pictures by the container's word, or -1 where it says none. */
    long framesStated() {
        return video != null && video.nb_frames() > 0 ? video.nb_frames() : -1;
    }

    @Override
    public TsProgram program() {
        return program;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public int frameRateNumerator() {
        return frameRateNumerator;
    }

    @Override
    public int frameRateDenominator() {
        return frameRateDenominator;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public long durationTicks() {
        return durationTicks;
    }

    @Override
    public long timeOffsetTicks() {
        return timeOffsetTicks;
    }

    @Override
    public long warnings() {
        return warnings;
    }

    /** Makes a read that waits give up. Any thread, before {@link #close}. */
    void cancel() {
        input.cancel();
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            input.cancel();
            closed = true;
            free();
        }
    }

    /** Idempotent; a close out of a packet handler leaves the work to the read around it. */
    private synchronized void free() {
        if (reading) {
            return;
        }
        tracks.forEach(Track::close);
        tracks.clear();
        for (final AVPacket waiting : prefetched) {
            av_packet_free(waiting);
        }
        prefetched.clear();
        if (unit != null) {
            av_packet_free(unit);
            unit = null;
        }
        input.close();
        ticks.close();
    }
}
