package dev.rill.bench.transcode;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.MediaThreads;
import dev.rill.frame.PacketPool;
import dev.rill.frame.sink.FileSink;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.DecodedSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.PictureSource;
import dev.rill.frame.source.Segmenter;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.frame.transcode.RenditionStats;
import dev.rill.frame.transcode.TranscodeProfile;
import dev.rill.frame.transcode.Transcoder;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.bytedeco.javacpp.Loader;

/**
 * Frames per second of one file into three renditions, by Rill and by the FFmpeg program of the bytedeco artifact: the
 * same encoder (libopenh264) with the same bit rates and keyframes, one thread per codec, bicubic scaling,
 * audio copied, alternating pairs; the figure is the median ratio.
 * <pre>
 *   java -cp benchmarks.jar dev.rill.bench.transcode.TranscodeThroughput [--minutes 10] [--pairs 3] [--json FILE]
 * </pre>
 * The program wants {@code libpulse.so.0}, which servers lack; it is installed with apt-get where that is possible.
 */
public final class TranscodeThroughput {
    private static final int FPS = 30;
    private static final List<String> FIND_LIBRARY = List.of("sh", "-c", "ldconfig -p | grep -q 'libpulse\\.so\\.0'");
    private static final List<TranscodeProfile> PROFILES = List.of(
        TranscodeProfile.parse("name=a,width=640,height=360,bitrate=800k"),
        TranscodeProfile.parse("name=b,width=426,height=240,bitrate=400k"),
        TranscodeProfile.parse("name=c,width=256,height=144,bitrate=200k"));

    private final Path folder;
    private final Path input;
    private final int minutes;

    private TranscodeThroughput(final Path folder, final int minutes) {
        this.folder = folder;
        this.minutes = minutes;
        input = folder.resolve("input.mp4");
    }

    /**
     * Measures.
     *
     * @param args see above.
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final List<String> options = Arrays.asList(args);
        final int pairs = number(options, "--pairs", 3);
        final TranscodeThroughput rig = new TranscodeThroughput(
            Files.createTempDirectory("rill-transcode"), number(options, "--minutes", 10));
        try {
            final String program = program();
            rig.makeInput();
            final double[] ratios = new double[pairs];
            final StringBuilder json = new StringBuilder();
            for (int pair = 0; pair < pairs; pair++) {
                final double rill = rig.fpsOfRill();
                final double ffmpeg = rig.fpsOfProgram(program);
                ratios[pair] = rill / ffmpeg;
                System.out.printf(Locale.ROOT, "pair %d: Rill %.1f fps, ffmpeg %.1f fps, ratio %.3f%n", pair + 1, rill,
                    ffmpeg, ratios[pair]);
                json.append(json.length() == 0 ? "" : ",").append(String.format(Locale.ROOT,
                    "%n    {\"rillFps\": %.1f, \"ffmpegFps\": %.1f, \"ratio\": %.3f}", rill, ffmpeg, ratios[pair]));
            }
            Arrays.sort(ratios);
            final double median = ratios[pairs / 2];
            System.out.printf(Locale.ROOT, "median ratio %.3f of %d pairs, %d minutes of 640x360%n", median, pairs,
                rig.minutes);
            if (options.contains("--json")) {
                Files.writeString(Path.of(options.get(options.indexOf("--json") + 1)), String.format(Locale.ROOT,
                    "{\"minutes\": %d, \"medianRatio\": %.3f, \"pairs\": [%s%n]}%n", rig.minutes, median, json));
            }
        } finally {
            rig.deleteAll();
        }
    }

    private static int number(final List<String> options, final String name, final int otherwise) {
        final int at = options.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(options.get(at + 1));
    }

    private static String program() throws IOException, InterruptedException {
        if (run(FIND_LIBRARY) != 0) {
            run(List.of("apt-get", "update", "-qq"));
            run(List.of("apt-get", "install", "-y", "-qq", "--no-install-recommends", "libpulse0"));
            if (run(FIND_LIBRARY) != 0) {
                throw new IllegalStateException("expected the package libpulse0, which the program needs; actual none");
            }
        }
        final String program = Loader.load(org.bytedeco.ffmpeg.ffmpeg.class);
        return program;
    }

    private static int run(final List<String> command) throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        final Path folder = Path.of(command.get(0)).getParent();
        if (folder != null) {
            builder.environment().put("LD_LIBRARY_PATH", folder.toString()); // The program's libraries lie beside it.
        }
        final Process process = builder.start();
        return process.waitFor(1, TimeUnit.HOURS) ? process.exitValue() : -1;
    }

    private void makeInput() {
        try (MediaSource source = TestPatternSource.open(new TestPatternContext()
            .size(640, 360).frameRate(FPS, 1).seconds(60.0 * minutes)); ResultSink sink = FileSink.open(input);
            Segmenter segmenter = new Segmenter(source.program(), sink)) {
            boolean more = true;
            while (more) {
                more = source.read(segmenter);
            }
        }
    }

    private double fpsOfRill() {
        final long startNs = System.nanoTime();
        try (Bridge bridge = Bridge.launch(new BridgeContext().threads(1));
            PictureSource source = DecodedSource.open(input.toString(), bridge, new PacketPool(),
                SystemNanoClock.INSTANCE, DecodedSource.MAX_PIXELS_DEFAULT, null);
            MediaThreads threads = MediaThreads.start(Runtime.getRuntime().availableProcessors());
            Transcoder transcoder = new Transcoder(source, PROFILES, bridge, threads, DeliveryPolicy.BATCH,
                profile -> FileSink.open(folder.resolve("rill-" + profile.name() + ".mp4")))) {
            transcoder.run();
            for (final RenditionStats rendition : transcoder.stats()) {
                if (rendition.framesOut() != 60L * FPS * minutes) {
                    throw new IllegalStateException("expected " + 60L * FPS * minutes + " frames, actual " + rendition);
                }
            }
        }
        return 60.0 * FPS * minutes / ((System.nanoTime() - startNs) / 1e9);
    }

    private double fpsOfProgram(final String program) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
            program, "-y", "-v", "error", "-nostdin", "-threads", "1", "-i", input.toString()));
        for (final TranscodeProfile profile : PROFILES) {
            command.addAll(List.of("-map", "0:v", "-map", "0:a", "-c:a", "copy", "-c:v", "libopenh264", "-threads", "1",
                "-allow_skip_frames", "0", "-s", profile.width() + "x" + profile.height(), "-sws_flags", "bicubic",
                "-b:v", String.valueOf(profile.bitRate()), "-g", "60",
                folder.resolve("ffmpeg-" + profile.name() + ".mp4").toString()));
        }
        final long startNs = System.nanoTime();
        if (run(command) != 0) {
            throw new IllegalStateException("failed: " + String.join(" ", command));
        }
        return 60.0 * FPS * minutes / ((System.nanoTime() - startNs) / 1e9);
    }

    private void deleteAll() throws IOException {
        try (var files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
