package dev.rill.frame.transcode;

import dev.rill.gpu.FrameFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one rendition is to be. Immutable.
 * <pre>
 *   720p                                                  a preset
 *   720p,bitrate=3M,fps=25                                a preset with changes
 *   name=small,width=426,bitrate=400k,gop=1s,profile=baseline
 *   1080p,gop=60f,codec=h264_nvenc
 * </pre>
 * Presets: 240p, 360p, 480p, 720p, 1080p, with the bit rate of {@link #presets()}; only their height is given, so the
 * aspect of the source is kept.
 *
 * @param name        of the rendition, for files and channels: letters, digits, {@code _}, {@code -}.
 * @param width       in pixels, even; 0 follows the height, and the source if that is 0 too.
 * @param height      in pixels, even; 0 follows the width.
 * @param bitRate     in bit/s; 0 chooses by size and rate.
 * @param fps         frames per second, at most; 0 keeps those of the source. A source that is slower stays as it is.
 * @param gop         distance of keyframes.
 * @param h264Profile {@code baseline}, {@code main}, {@code high}, or empty for the codec's choice.
 * @param encoderName FFmpeg's name of an encoder of H.264; empty for the one that is found.
 */
public record TranscodeProfile(
    String name, int width, int height, long bitRate, int fps, Gop gop, String h264Profile, String encoderName) {

    /** Distance of keyframes if none is given: 2 s. */
    public static final Gop GOP_DEFAULT = Gop.ticks(180_000);

    private static final int TICKS_PER_SECOND = 90_000;
    private static final int MAX_FPS = 240;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})([kKmM]?)");
    private static final Pattern GOP = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,3})?)s|(\\d{1,5})f");
    private static final Pattern ENCODER = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final List<String> OTHER_CODECS =
        List.of("hevc", "h265", "av1", "vp8", "vp9", "mpeg2", "mpeg2video", "mpeg4", "mjpeg");
    private static final List<String> H264_PROFILES = List.of("", "baseline", "main", "high");
    private static final List<TranscodeProfile> PRESETS = List.of(
        preset("240p", 240, 400_000),
        preset("360p", 360, 800_000),
        preset("480p", 480, 1_400_000),
        preset("720p", 720, 2_800_000),
        preset("1080p", 1080, 5_000_000));

    /**
     * Distance of keyframes.
     *
     * @param distance  1 or more: frames of the rendition, or 90 kHz ticks.
     * @param inFrames  which of the two.
     */
    public record Gop(long distance, boolean inFrames) {
        static Gop ticks(final long ticks) {
            return new Gop(ticks, false);
        }

        static Gop frames(final long frames) {
            return new Gop(frames, true);
        }
    }

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the profile, the value, what was expected and what was given.
     */
    public TranscodeProfile {
        require(NAME.matcher(name).matches(), name, "name", "1 to 64 letters, digits, _ or -", name);
        require(fits(width), name, "width", "0, or even and from 2 to " + FrameFormat.MAX_DIMENSION, width);
        require(fits(height), name, "height", "0, or even and from 2 to " + FrameFormat.MAX_DIMENSION, height);
        require(bitRate >= 0, name, "bitrate", "0 or more", bitRate);
        require(fps >= 0 && fps <= MAX_FPS, name, "fps", "0 to " + MAX_FPS, fps);
        require(gop.distance() >= 1, name, "gop", "more than 0", gop.distance());
        require(H264_PROFILES.contains(h264Profile), name, "profile", "baseline, main or high", h264Profile);
    }

    private static TranscodeProfile preset(final String name, final int height, final long bitRate) {
        return new TranscodeProfile(name, 0, height, bitRate, 0, GOP_DEFAULT, "", "");
    }

    private static boolean fits(final int dimension) {
        return dimension == 0 || dimension >= FrameFormat.MIN_DIMENSION && dimension <= FrameFormat.MAX_DIMENSION
            && dimension % 2 == 0;
    }

    /** The presets, smallest first. */
    public static List<TranscodeProfile> presets() {
        return PRESETS;
    }

    /**
     * Reads a profile as people write it; see the class comment.
     *
     * @param text a preset, or {@code key=value} pairs separated by commas, or a preset followed by such pairs.
     * @return the profile.
     * @throws IllegalArgumentException one line: what is wrong with which part, and what was expected.
     */
    public static TranscodeProfile parse(final String text) {
        final List<String> parts = new ArrayList<>(List.of(text.split(",")));
        TranscodeProfile result = new TranscodeProfile("unnamed", 0, 0, 0, 0, GOP_DEFAULT, "", "");
        if (!parts.get(0).contains("=")) {
            result = presetOf(text, parts.remove(0));
        } else {
            require(text.startsWith("name=") || text.contains(",name="), text, "name", "name=…", "none");
        }
        for (final String part : parts) {
            result = result.with(part);
        }
        return result;
    }

    private static TranscodeProfile presetOf(final String text, final String name) {
        for (final TranscodeProfile preset : PRESETS) {
            if (preset.name.equals(name)) {
                return preset;
            }
        }
        throw new IllegalArgumentException("profile " + text + ": expected "
            + PRESETS.stream().map(TranscodeProfile::name).collect(Collectors.joining(", ")) + " or name=…, actual "
            + name);
    }

    private TranscodeProfile with(final String pair) {
        final int equals = pair.indexOf('=');
        require(equals > 0, name, "part", "key=value", pair);
        final String key = pair.substring(0, equals);
        final String value = pair.substring(equals + 1);
        return switch (key) {
            case "name" -> new TranscodeProfile(value, width, height, bitRate, fps, gop, h264Profile, encoderName);
            case "width" -> new TranscodeProfile(
                name, (int) amount(key, value), height, bitRate, fps, gop, h264Profile, encoderName);
            case "height" -> new TranscodeProfile(
                name, width, (int) amount(key, value), bitRate, fps, gop, h264Profile, encoderName);
            case "bitrate" -> new TranscodeProfile(
                name, width, height, amount(key, value), fps, gop, h264Profile, encoderName);
            case "fps" -> new TranscodeProfile(
                name, width, height, bitRate, (int) amount(key, value), gop, h264Profile, encoderName);
            case "gop" -> new TranscodeProfile(
                name, width, height, bitRate, fps, gop(value), h264Profile, encoderName);
            case "profile" -> new TranscodeProfile(
                name, width, height, bitRate, fps, gop, value.toLowerCase(Locale.ROOT), encoderName);
            case "codec" -> new TranscodeProfile(
                name, width, height, bitRate, fps, gop, h264Profile, encoder(value.toLowerCase(Locale.ROOT)));
            default -> throw new IllegalArgumentException("profile " + name + ": " + key
                + ": expected name, width, height, bitrate, fps, gop, profile or codec");
        };
    }

    private String encoder(final String codec) {
        require(!OTHER_CODECS.contains(codec), name, "codec",
            "h264, or FFmpeg's name of an encoder of it (others are not made yet)", codec);
        require(ENCODER.matcher(codec).matches(), name, "codec", "letters, digits, _ or -", codec);
        return "h264".equals(codec) ? "" : codec;
    }

    private long amount(final String key, final String value) {
        final Matcher matcher = AMOUNT.matcher(value);
        require(matcher.matches(), name, key, "a number, also as 800k or 2M", value);
        final long unit = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 1_000;
            case "m" -> 1_000_000;
            default -> 1;
        };
        final long amount = Long.parseLong(matcher.group(1)) * unit;
        require("bitrate".equals(key) || amount <= Integer.MAX_VALUE, name, key, "a smaller number", value);
        return amount;
    }

    private Gop gop(final String value) {
        final Matcher matcher = GOP.matcher(value);
        require(matcher.matches(), name, "gop", "seconds or frames, as 2s, 0.5s or 60f", value);
        return matcher.group(2) != null ? Gop.frames(Integer.parseInt(matcher.group(2)))
            : Gop.ticks(Math.round(Double.parseDouble(matcher.group(1)) * TICKS_PER_SECOND));
    }

    /**
     * Size of the rendition of a source.
     *
     * @param sourceWidth  in pixels.
     * @param sourceHeight in pixels.
     * @return width and height; the one that is not given keeps the aspect, rounded to the nearest even number.
     */
    public int[] sizeFor(final int sourceWidth, final int sourceHeight) {
        if (width == 0 && height == 0) {
            return new int[] {sourceWidth, sourceHeight};
        }
        if (width == 0) {
            return new int[] {even((double) height * sourceWidth / sourceHeight), height};
        }
        return new int[] {width, height == 0 ? even((double) width * sourceHeight / sourceWidth) : height};
    }

    private static int even(final double value) {
        final long even = 2 * Math.round(value / 2);
        return (int) Math.max(FrameFormat.MIN_DIMENSION, Math.min(FrameFormat.MAX_DIMENSION, even));
    }

    private static void require(
        final boolean condition, final String profile, final String key, final String expected, final Object actual) {
        if (!condition) {
            throw new IllegalArgumentException(
                "profile " + profile + ": " + key + ": expected " + expected + ", actual " + actual);
        }
    }
}
