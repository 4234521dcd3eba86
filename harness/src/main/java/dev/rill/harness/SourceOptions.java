package dev.rill.harness;

import dev.rill.frame.source.MediaSource;
import dev.rill.jobs.gateway.SourcePace;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What is published and how fast; shared by {@code demo} and {@code publish}. */
final class SourceOptions {
    private static final String TEST = "test";
    private static final double TEST_SECONDS = 10;

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

    @ArgGroup
    private Pace pace = new Pace();

    /** Opens an input: {@code test}, a file, or a URL that FFmpeg opens. */
    MediaSource open(final String input) {
        if (seconds != null && !(seconds > 0)) {
            throw new IllegalArgumentException("--seconds: expected more than 0, got " + seconds);
        }
        if (TEST.equals(input)) {
            return Sources.testPattern(size, fps, seconds == null ? TEST_SECONDS : seconds);
        }
        final MediaSource source = Sources.file(input);
        return seconds == null ? source : new DurationLimit(source, seconds);
    }

    SourcePace pace() {
        return pace.fast ? SourcePace.FAST : SourcePace.REALTIME;
    }

    /** One of two. */
    private static final class Pace {
        @Option(names = "--realtime", description = "Pace the input by its own clock (default).")
        private boolean realtime;

        @Option(names = "--fast", description = "Publish as fast as it is taken; nothing may be lost.")
        private boolean fast;
    }
}
