package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.sink.ResultSink;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.jobs.gateway.GatewayContext;
import dev.rill.jobs.gateway.GatewayReport;
import dev.rill.jobs.gateway.GatewaySession;
import dev.rill.jobs.gateway.SourcePace;
import dev.rill.jobs.session.SessionRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A real-time session of 720p at 30 frames per second with sound, over loopback HTTP: two minutes, or as many as
 * {@code -Drill.soak.minutes} says.
 */
@Tag("long")
@Timeout(value = 3, unit = TimeUnit.HOURS)
class LongRunTest {
    private static final int MINUTES = Integer.getInteger("rill.soak.minutes", 2);
    private static final int FPS = 30;
    private static final int SETTLE_SECONDS = 20;
    /** 20 ms in 90 kHz ticks. */
    private static final long SYNC_TICKS = 1_800;
    private static final long SLACK_KIB = 48 << 10;

    /** Times of the latest video and audio of a stream, and how many there were. */
    private static final class Clock {
        volatile long videoPts;
        volatile long audioPts;
        volatile long videoUnits;
        volatile long audioUnits;

        void note(final Packet packet) {
            if (packet.kind() == Packet.Kind.VIDEO) {
                videoPts = packet.pts();
                videoUnits++;
            } else {
                audioPts = packet.pts();
                audioUnits++;
            }
        }

        long leadTicks() {
            return videoPts - audioPts;
        }
    }

    /** Reads the result as it comes and keeps nothing of it. */
    private static final class Judge implements ResultSink, TsHandler {
        final Clock clock = new Clock();
        private final PacketPool packets = new PacketPool();
        private final TsReader reader = new TsReader(this, packets, SystemNanoClock.INSTANCE);
        private long bytes;

        @Override
        public void onProgram(final TsProgram program) {
        }

        @Override
        public void onPacket(final Packet packet) {
            clock.note(packet);
            packet.release();
        }

        @Override
        public void beginSegment() {
        }

        @Override
        public void accept(final ByteBuffer data) {
            bytes += data.remaining();
            reader.feed(data);
        }

        @Override
        public void endSegment() {
            reader.endOfSegment();
        }

        @Override
        public String location() {
            return "judge";
        }

        @Override
        public long bytesTaken() {
            return bytes;
        }

        @Override
        public long droppedUnits() {
            return reader.counters().dropped(Packet.Kind.VIDEO) + reader.counters().dropped(Packet.Kind.AUDIO);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    @Test
    void shouldKeepPictureAndSoundTogetherAndMemoryFlat() throws InterruptedException, IOException {
        final Clock sent = new Clock();
        final Judge judge = new Judge();
        final MediaSource source = new WatchedSource(TestPatternSource.open(new TestPatternContext()
            .size(1280, 720).frameRate(FPS, 1).seconds(60.0 * MINUTES)), sent::note);
        final GatewayReport report;
        final Map<String, Long> early;
        final Map<String, Long> late;
        final long earlyKib;
        final long lateKib;
        try (Scenario scenario = Scenario.launch(Scenario.context(DeliveryPolicy.LIVE));
            GatewaySession session = GatewaySession.launch(new GatewayContext()
                .link(scenario.link)
                .source(source)
                .sink(() -> judge)
                .pace(SourcePace.REALTIME)
                .request(new SessionRequest("tint", Map.of(), "", "")))) {
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            early = NativeMemory.settled();
            earlyKib = residentKib();
            while (sent.videoUnits < 60L * FPS * MINUTES - 5L * FPS) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            late = NativeMemory.settled();
            lateKib = residentKib();
            report = Scenario.awaitEnd(session);
        }
        System.out.printf("%d min: %d frames in, %d out, audio %d in, %d out; sound behind picture "
            + "by %d ticks in, %d out; "
            + "resident %d KiB, later %d KiB; native %s, later %s; latency p50 %.1f ms p99 %.1f ms%n", MINUTES,
            report.framesIn(), report.framesOut(), sent.audioUnits, judge.clock.audioUnits, sent.leadTicks(),
            judge.clock.leadTicks(), earlyKib, lateKib, early, late,
            report.latencyUs().getValueAtPercentile(50) / 1e3, report.latencyUs().getValueAtPercentile(99) / 1e3);

        assertThat(report.failure()).isNull();
        assertThat(report.framesIn()).isEqualTo(60L * FPS * MINUTES);
        assertThat(report.framesOut()).as("frames out: none dropped").isEqualTo(report.framesIn());
        assertThat(judge.clock.audioUnits).as("audio units out: none dropped").isEqualTo(sent.audioUnits);
        assertThat(judge.droppedUnits()).isZero();
        assertThat(Math.abs(judge.clock.leadTicks() - sent.leadTicks())).as("drift of sound against picture in ticks")
            .isLessThanOrEqualTo(SYNC_TICKS);
        early.forEach((owner, bytes) -> assertThat(late.get(owner)).as("native memory of %s", owner)
            .isLessThanOrEqualTo(bytes + Math.max(NativeMemory.slackBytes(owner), 4L << 20)));
        assertThat(lateKib).as("resident memory in KiB").isLessThan(earlyKib + SLACK_KIB);
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
