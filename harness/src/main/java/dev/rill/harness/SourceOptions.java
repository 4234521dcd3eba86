package dev.rill.harness;

import dev.rill.frame.PacketPool;
import dev.rill.frame.source.DecodedPackets;
import dev.rill.frame.source.DecodedSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.PictureSource;
import dev.rill.frame.transcode.Transcoder;
import dev.rill.gpu.Bridge;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is published; shared by {@code demo} and {@code publish}. */
final class SourceOptions {
    private static final String TEST = "test";
    private static final double TEST_SECONDS = 10;
    private static final double MAX_SECONDS = 31_536_000;
    private static final int MAX_FPS = 240;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--seconds", paramLabel = "N",
        description = "Stop after so many seconds of media. Default: 10 for the test pattern, else the whole input.")
    private Double seconds;

    @Option(
        names = "--size", paramLabel = "WxH", defaultValue = "1280x720", converter = FrameSize.Converter.class,
        description = "Size of the test pattern. Default: ${DEFAULT-VALUE}.")
    private FrameSize size;

    @Option(
        names = "--fps", paramLabel = "N", defaultValue = "30",
        description = "Frame rate of the test pattern. Default: ${DEFAULT-VALUE}.")
    private int fps;

    /** Refuses values out of range as wrong usage. */
    void check() {
        Usage.require(
            spec, seconds == null || seconds > 0 && seconds <= MAX_SECONDS, "--seconds", seconds,
            "more than 0 and at most %.0f".formatted(MAX_SECONDS));
        Usage.require(spec, fps >= 1 && fps <= MAX_FPS, "--fps", fps, "1 to " + MAX_FPS);
    }

    /** Opens an input: {@code test}, a file, or a URL that FFmpeg opens. */
    MediaSource open(final String input) {
        if (TEST.equals(input)) {
            return Sources.testPattern(size, fps, seconds == null ? TEST_SECONDS : seconds);
        }
        return limit(Sources.file(input));
    }

    /**
     * Opens an input as {@link #open} does, its video decoded.
     *
     * @param bridge     allocates slots; outlives the source.
     * @param renditions that are made of it.
     */
    PictureSource openDecoded(final String input, final Bridge bridge, final int renditions) {
        if (TEST.equals(input)) {
            return new DecodedPackets(open(input), bridge, Transcoder.framesFor(renditions));
        }
        final PictureSource source = DecodedSource.open(
            input, bridge, new PacketPool(), SystemNanoClock.INSTANCE, DecodedSource.MAX_PIXELS_DEFAULT, null);
        return seconds == null ? source : new PictureLimit(source, seconds);
    }

    /** Ends a source after as many seconds as were asked for. */
    MediaSource limit(final MediaSource source) {
        return seconds == null ? source : new DurationLimit(source, seconds);
    }
}
