package dev.rill.harness;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.MediaThreads;
import dev.rill.frame.source.DecodedPackets;
import dev.rill.frame.source.PictureSource;
import dev.rill.frame.transcode.RenditionStats;
import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.frame.transcode.Transcoder;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rill transcode}: several renditions of one input, decoded once. */
@Command(
    name = "transcode", mixinStandardHelpOptions = true, sortOptions = false,
    description = {
        "Decodes an input once and makes several renditions of it: H.264 of other sizes, rates and bit rates, with the "
            + "sound passed on. Nothing of a file is dropped."},
    footer = {
        "", "With --channel it goes on for as long as the channel does: segments stay those of the channel, and a "
            + "rendition that is behind gives up frames.",
        "", "Presets: 240p, 360p, 480p, 720p, 1080p. Keys: name, width, height, bitrate, fps, gop (2s or 60f),",
        "profile, codec (h264, or the name of an encoder of it).", "",
        "Example: rill transcode movie.mp4 --profile 720p --profile name=small,width=426,bitrate=400k,fps=15 "
            + "--out renditions/{name}.mp4",
        "Example: rill transcode --channel http://127.0.0.1:2939/movie --profile 360p "
            + "--out http://127.0.0.1:2939/movie-{name}"})
final class TranscodeCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double TICKS_PER_SECOND = 90_000;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "INPUT", description = "Media file, URL that FFmpeg opens, or test.")
    private String input;

    @Option(
        names = "--profile", paramLabel = "PROFILE", required = true,
        description = "A preset, a preset with changes (720p,fps=25), or key=value pairs with a name; repeat it for "
            + "more renditions.")
    private final List<String> profileTexts = new ArrayList<>();

    @Option(
        names = "--out", paramLabel = "PLACE", required = true,
        description = "A file name with {name} in it; the ending chooses the container (.ts, .mp4, .mkv). Or a folder, "
            + "which gets NAME.ts of each rendition.")
    private String out;

    @Option(
        names = "--segments",
        description = "One file per segment instead: --out is a folder, which gets a folder NAME for each rendition.")
    private boolean segments;

    @Option(
        names = "--channel",
        description = "INPUT is the URL of a trickle channel, and --out that of a channel for each rendition, with "
            + "{name} in it.")
    private boolean channel;

    @Mixin
    private SourceOptions sourceOptions;

    @Mixin
    private ConnectionOptions connection;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON as well.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        sourceOptions.check();
        final List<TranscodeProfile> profiles = profiles();
        Usage.require(spec, !channel || !segments, "--segments", "with --channel", "files, or --channel without it");
        final RenditionPlaces places = channel ? null : places(profiles);
        if (json != null) {
            Usage.require(spec, !OutputFile.isSame(json, input), "--json", json, "another file than INPUT");
            OutputFile.requireWritable(json);
        }
        try (Interrupt interrupt = new Interrupt();
            RenditionChannels channels = channel ? RenditionChannels.connect(spec, connection, input, out) : null;
            Bridge bridge = Bridge.launch(new BridgeContext());
            PictureSource source = channel ? decoded(channels, bridge, profiles.size())
                : sourceOptions.openDecoded(input, bridge, profiles.size());
            MediaThreads threads = MediaThreads.start(Runtime.getRuntime().availableProcessors());
            Transcoder transcoder =
                new Transcoder(source, profiles, bridge, threads,
                    channel ? DeliveryPolicy.LIVE : DeliveryPolicy.BATCH,
                    profile -> (channel ? channels : places).open(profile.name()))) {
            interrupt.onRaised(() -> stop(transcoder, source));
            final PrintWriter err = spec.commandLine().getErr();
            err.println("input        " + source.description());
            err.flush();
            final long startNs = System.nanoTime();
            follow(transcoder, source);
            return report(
                transcoder, source, (System.nanoTime() - startNs) / NANOS_PER_SECOND, channel ? channels : places);
        }
    }

    /** Also where the source waits for data that does not come. */
    private static void stop(final Transcoder transcoder, final PictureSource source) {
        transcoder.cancel();
        source.cancel();
    }

    private PictureSource decoded(final RenditionChannels channels, final Bridge bridge, final int renditions) {
        return new DecodedPackets(
            sourceOptions.limit(channels.source()), bridge, Transcoder.framesFor(renditions));
    }

    private RenditionPlaces places(final List<TranscodeProfile> profiles) {
        final RenditionPlaces places = new RenditionPlaces(out, segments);
        for (final TranscodeProfile profile : profiles) {
            Usage.require(spec, !OutputFile.isSame(places.file(profile.name()), input), "--out", out,
                "other files than INPUT, which they would destroy");
        }
        return places;
    }

    private List<TranscodeProfile> profiles() {
        final List<TranscodeProfile> profiles = new ArrayList<>();
        final Set<String> names = new HashSet<>();
        for (final String text : profileTexts) {
            try {
                final TranscodeProfile profile = TranscodeProfile.parse(text);
                Usage.require(spec, names.add(profile.name()), "--profile", text, "a name that no other one has");
                profiles.add(profile);
            } catch (final IllegalArgumentException ex) {
                throw new ParameterException(spec.commandLine(), "--profile: " + ex.getMessage());
            }
        }
        Usage.require(spec, segments || profiles.size() == 1 || !RenditionPlaces.isOneFile(out), "--out", out,
            "a folder, or {name} in the file name, for more than one profile");
        return profiles;
    }

    private void follow(final Transcoder transcoder, final PictureSource source) throws InterruptedException {
        final FutureTask<Boolean> task = new FutureTask<>(transcoder::run);
        final Thread thread = new Thread(task, "rill-transcode");
        thread.setDaemon(true);
        thread.start();
        Progress.follow(spec.commandLine().getErr(), ms -> isOver(task, ms), () -> line(transcoder, source));
    }

    private static boolean isOver(final FutureTask<Boolean> task, final long momentMs)
        throws InterruptedException {
        try {
            task.get(momentMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (final TimeoutException ex) {
            return false;
        } catch (final ExecutionException ex) {
            throw ex.getCause() instanceof final RuntimeException cause ? cause : new IllegalStateException(ex);
        }
    }

    private static String line(final Transcoder transcoder, final PictureSource source) {
        final long frames = transcoder.framesDecoded();
        final double rate = (double) source.frameRateNumerator() / source.frameRateDenominator();
        final double seconds = frames / rate;
        return Progress.frames(
            frames, source.durationTicks() < 0 ? -1 : seconds * TICKS_PER_SECOND / source.durationTicks());
    }

    private int report(
        final Transcoder transcoder, final PictureSource source, final double seconds, final RenditionTargets targets)
        throws IOException {
        final TranscodeReport report = new TranscodeReport(
            transcoder.framesDecoded(), source.unitsLost(), seconds, transcoder.stats(), targets);
        final PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(report.toTable());
        stdout.flush();
        if (json != null) {
            Files.writeString(json, report.toJson());
        }
        boolean failed = false;
        for (final RenditionStats rendition : transcoder.stats()) {
            if (rendition.failure() != null) {
                failed = true;
                spec.commandLine().getErr().println("rill: " + rendition.failure());
            }
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }
}
