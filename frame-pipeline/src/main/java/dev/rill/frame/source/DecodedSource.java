package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_BMP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_TIFF;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBP;

import dev.rill.frame.DecoderSlots;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.frame.codec.FrameHandler;
import dev.rill.frame.codec.MediaException;
import dev.rill.frame.ts.TsProgram;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.Colours;
import java.util.Set;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;

/**
 * A file or URL that libavformat can open, its video, if any, decoded into slots whatever the codec, its audio as
 * packets, processed, or copied or made AAC as by {@link FileSource}, whose times it has. Pictures are I420 of limited
 * range: other formats are converted, an odd last column or row and an alpha channel are left out, turned pictures
 * stay turned. Still pictures (JPEG, PNG, WebP, BMP, TIFF) come in the matrix of BT.601 whatever their size.
 * <p>
 * Nothing is dropped: where there is no slot for the next picture the source stands still. One thread reads;
 * {@link #cancel} may come from any.
 */
public final class DecodedSource implements PictureSource {
    /** Largest picture if no other limit is set, in pixels: as many as 8192 by 8192 have. */
    public static final long MAX_PIXELS_DEFAULT = 1L << 26;

    /** Pictures of a film that may be on their way behind the decoder; fewer where they are large. */
    public static final int MAX_SLOTS = 24;

    private static final int MIN_SLOTS = 4;
    private static final int STILL_SLOTS = 2;
    private static final long SLOT_MEMORY = 512L << 20;

    private static final Set<Integer> STILL_CODECS = Set.of(
        AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_WEBP, AV_CODEC_ID_BMP, AV_CODEC_ID_TIFF);
    private static final Set<String> STILL_FORMATS = Set.of(
        "image2", "jpeg_pipe", "png_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe");

    private final Bridge bridge;
    private final long maxPixels;
    private DecoderSlots slots;
    private DecodedVideoTrack video;
    private boolean still;
    private FileSource source;
    private boolean over;
    private boolean closed;
    private long damagedAtEnd;
    private volatile long lateDamage;

    private DecodedSource(final Bridge bridge, final long maxPixels) {
        this.bridge = bridge;
        this.maxPixels = maxPixels;
    }

    /**
     * Opens a file or URL.
     *
     * @param location  path of a file, or a URL of a scheme that FFmpeg knows.
     * @param bridge    allocates slots; stays the caller's and outlives this.
     * @param pool      where packets of audio come from.
     * @param clock     stamps arrival times.
     * @param maxPixels of the largest picture; larger ones are refused, or damaged where they come later.
     * @param audio     how audio is processed; null to leave it as it is where that is possible.
     * @return the source; close it.
     * @throws MediaException one line that names the location, what was expected and what was found.
     */
    public static DecodedSource open(
        final String location, final Bridge bridge, final PacketPool pool, final NanoClock clock,
        final long maxPixels, final AudioProcessing audio) {
        final DecodedSource opened = new DecodedSource(bridge, maxPixels);
        try {
            opened.source = FileSource.open(location, pool, clock, opened.new Decoding(), audio);
            return opened;
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(opened.slots);
            throw ex;
        }
    }

    private final class Decoding implements FileSource.VideoTreatment {
        @Override
        public Track of(final FileSource file, final AVStream stream) {
            return decoded(file, stream);
        }

        @Override
        public boolean allowsNone() {
            return true;
        }
    }

    private Track decoded(final FileSource file, final AVStream stream) {
        final AVCodecParameters parameters = stream.codecpar();
        final long pixels = (long) parameters.width() * parameters.height();
        if (pixels > maxPixels) {
            throw new MediaException("expected pictures of at most " + maxPixels + " pixels, actual "
                + parameters.width() + "x" + parameters.height());
        }
        still = STILL_CODECS.contains(parameters.codec_id()) && STILL_FORMATS.contains(file.formatName());
        slots = new DecoderSlots(bridge, still ? STILL_SLOTS : slotsFor(pixels));
        video = new DecodedVideoTrack(FileSource.VIDEO_PID, parameters, file.frameTicks(), slots,
            still ? Colours.BT601_LIMITED : null, maxPixels);
        return video;
    }

    /** As many as {@value #SLOT_MEMORY} bytes hold, within bounds. */
    static int slotsFor(final long pixels) {
        final long fitting = SLOT_MEMORY / Math.max(1, pixels * 3 / 2);
        return (int) Math.max(MIN_SLOTS, Math.min(MAX_SLOTS, fitting));
    }

    @Override
    public int read(final FrameHandler pictures, final PacketHandler sound) {
        if (video == null) {
            return source.read(sound) ? READ : ENDED;
        }
        video.target(pictures);
        if (!video.resume()) {
            return BACK_PRESSURED;
        }
        if (over) {
            lateDamage = video.damagedUnits() - damagedAtEnd;
            return ENDED;
        }
        over = !source.read(sound);
        damagedAtEnd = video.damagedUnits();
        return READ;
    }

    /** Whether it has pictures, beside its sound or without. */
    public boolean hasVideo() {
        return video != null;
    }

    /** Whether it is one still picture, not a film. */
    public boolean isStill() {
        return still;
    }

    @Override
    public TsProgram program() {
        return source.program();
    }

    @Override
    public String description() {
        return source.description();
    }

    @Override
    public int frameRateNumerator() {
        return source.frameRateNumerator();
    }

    @Override
    public int frameRateDenominator() {
        return source.frameRateDenominator();
    }

    /** Number of pictures: by the container's word, else by duration and rate, else -1; 0 without video. */
    public long framesExpected() {
        if (video == null) {
            return 0;
        }
        final long stated = source.framesStated();
        if (still || stated > 0) {
            return still ? 1 : stated;
        }
        return source.durationTicks() < 0 ? -1 : Math.round((double) source.durationTicks() / source.frameTicks());
    }

    @Override
    public long durationTicks() {
        return source.durationTicks();
    }

    @Override
    public long unitsLost() {
        return video == null ? 0 : video.decoder().damagedPackets();
    }

    /** A lost alpha channel is one as well; complete at its end. */
    @Override
    public long warnings() {
        return source.warnings() + lateDamage;
    }

    /** Name of the video decoder; empty without video. */
    public String decoderName() {
        return video == null ? "" : video.decoder().name();
    }

    /** Pictures copied into a slot, row by row. */
    public long copiedFrames() {
        return video == null ? 0 : video.decoder().copiedFrames();
    }

    /** Pictures that had to be converted on their way into a slot. */
    public long convertedFrames() {
        return video == null ? 0 : video.decoder().convertedFrames();
    }

    /** Bytes of picture written by copying or converting. */
    public long hostBytes() {
        return video == null ? 0 : video.decoder().hostBytes();
    }

    @Override
    public synchronized void cancel() {
        if (!closed) {
            source.cancel();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        source.close();
        CloseHelper.close(slots);
    }
}
