package dev.rill.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.VideoDecoder;
import dev.rill.frame.media.TestSlots;
import dev.rill.frame.source.FileSource;
import dev.rill.frame.source.MediaSource;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.frame.ts.TsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Video with B-frames: only the order of the pictures is waited for, as far as the stream declares it. */
class ReorderDepthTest {
    /** {@code max_num_reorder_frames} of the sample: B-frames that are references themselves. */
    private static final int DECLARED = 2;

    @Test
    void shouldHoldNoMoreThanTheReorderDepthThatTheStreamDeclares() throws Exception {
        final Path file = Path.of(ReorderDepthTest.class.getResource("/media/h264-bframes-aac.mp4").toURI());
        final PacketPool packets = new PacketPool();
        final List<Integer> held = new ArrayList<>();
        final int[] out = new int[1];
        try (TestSlots slots = new TestSlots(30); VideoDecoder decoder = Codecs.h264Decoder(slots);
            MediaSource source = FileSource.open(file.toString(), packets)) {
            final TsReader reader = new TsReader(new TsHandler() {
                @Override
                public void onProgram(final TsProgram program) {
                }

                @Override
                public void onPacket(final Packet packet) {
                    if (packet.kind() == Packet.Kind.VIDEO) {
                        assertThat(decoder.decode(packet, (slot, pts, arrivalNs, keyframe) -> {
                            out[0]++;
                            slot.release();
                        })).isEqualTo(VideoDecoder.DECODED);
                    }
                    packet.release();
                }
            }, packets, SystemNanoClock.INSTANCE);
            feed(source, reader, held, out);
            decoder.flush((slot, pts, arrivalNs, keyframe) -> {
                out[0]++;
                slot.release();
            });
            reader.close();
        }

        assertThat(out[0]).as("pictures at the end").isEqualTo(held.size());
        assertThat(held.get(held.size() - 1)).as("held in front of the end").isEqualTo(DECLARED);
        assertThat(held).as("held after each unit").allMatch(count -> count <= DECLARED);
        assertThat(packets.outstanding()).isZero();
    }

    private static void feed(
        final MediaSource source, final TsReader reader, final List<Integer> held, final int[] out) {
        final TsWriter writer = new TsWriter(source.program());
        writer.beginSegment(reader::feed);
        boolean more = true;
        while (more) {
            more = source.read(packet -> {
                writer.write(packet, reader::feed);
                if (packet.kind() == Packet.Kind.VIDEO) {
                    held.add(held.size() + 1 - out[0]);
                }
                packet.release();
            });
        }
    }
}
