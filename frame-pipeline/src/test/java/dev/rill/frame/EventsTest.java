package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording shows of a pipeline. */
class EventsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldRecordEveryFrameDropSegmentAndSession() throws IOException {
        final Path file = folder.resolve("pipeline.jfr");
        final PipelineStats stats;
        try (Recording recording = new Recording(); PipelineFixture fixture = new PipelineFixture()) {
            List.of("Frame", "Drop", "Segment", "Session")
                .forEach(name -> recording.enable("dev.rill." + name).withoutThreshold());
            recording.start();
            final TestMedia media = TestMedia.video(fixture.bridge, 128, 96, 900_000, 30, 10);
            fixture.launch(fixture.context());
            fixture.input.segment(media.segments.get(0)).gap(1).segment(media.segments.get(2))
                .segment(new byte[188]).end(EndReason.CHANNEL_CLOSED);
            fixture.awaitEnd();
            stats = fixture.pipeline.stats();
            recording.stop();
            recording.dump(file);
        }
        final List<RecordedEvent> events = RecordingFile.readAllEvents(file);

        final List<RecordedEvent> frames = of(events, "Frame");
        assertThat(frames).hasSize((int) stats.framesOut());
        assertThat(frames.get(0).getLong("pts")).isEqualTo(900_000);
        assertThat(frames.get(0).getBoolean("keyframe")).isTrue();
        for (final RecordedEvent frame : frames) {
            final long sum = List.of("demux", "decode", "queue", "submit", "device", "poll", "encode", "publish")
                .stream().mapToLong(frame::getLong).sum();
            assertThat(sum).as("stages of %s", frame).isEqualTo(frame.getLong("total"));
        }
        assertThat(of(events, "Drop")).hasSize((int) stats.droppedTotal());
        assertThat(of(events, "Segment")).hasSize(3);
        assertThat(of(events, "Segment").get(0).getLong("videoUnits")).isEqualTo(10);
        final RecordedEvent session = of(events, "Session").get(0);
        assertThat(session.getString("model")).isEqualTo("tint");
        assertThat(session.getString("end")).isEqualTo("CHANNEL_CLOSED");
        assertThat(session.getLong("framesOut")).isEqualTo(stats.framesOut());
        assertThat(session.getLong("framesIn")).isEqualTo(stats.framesIn());
    }

    private static List<RecordedEvent> of(final List<RecordedEvent> events, final String name) {
        return events.stream().filter(event -> event.getEventType().getName().equals("dev.rill." + name)).toList();
    }
}
