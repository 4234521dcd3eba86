package dev.rill.harness;

import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioHandler;
import dev.rill.frame.audio.AudioProcessing;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What becomes of the sound. */
final class AudioOptions {
    private static final double MAX_GAIN = 100;

    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--gain", paramLabel = "FACTOR",
        description = "Make the sound louder or softer; 1 leaves it. Default: it is copied where the file can hold it.")
    private Double gain;

    @Option(
        names = "--audio-codec", paramLabel = "aac|opus",
        description = "Encode the sound anew. Default with --gain, and for .ogg and .opus: what suits the file.")
    private AudioCodec codec;

    void check() {
        Usage.require(spec, gain == null || gain >= 0 && gain <= MAX_GAIN, "--gain", gain, "0 to 100");
    }

    /** Null where it stays as it is. */
    AudioProcessing processing(final Path out) {
        final String name = out.toString().toLowerCase(Locale.ROOT);
        final boolean isOgg = name.endsWith(".ogg") || name.endsWith(".opus");
        if (gain == null && codec == null && !isOgg) {
            return null;
        }
        final AudioCodec target = codec != null ? codec : isOgg ? AudioCodec.OPUS : AudioCodec.AAC;
        return gain == null ? AudioProcessing.to(target) : new AudioProcessing(AudioHandler.gain(gain), target);
    }
}
