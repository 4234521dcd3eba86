package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MP2;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import dev.rill.frame.TestOutput.Unit;
import dev.rill.gpu.Bridge;
import dev.rill.gpu.BridgeContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libavformat as independent judge of the transport stream reader and writer. */
class TsJudgeTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteWhatLibavformatReads() throws IOException {
        try (Bridge bridge = Bridge.launch(new BridgeContext().device("java"))) {
            final TestMedia media = TestMedia.video(bridge, 320, 240, 123_456, 60, 30);
            final Path file = folder.resolve("ours.ts");
            final ByteArrayOutputStream stream = new ByteArrayOutputStream();
            media.segments.forEach(stream::writeBytes);
            Files.write(file, stream.toByteArray());

            final List<Unit> judged = readByLibavformat(file);

            final List<Unit> ours = TestOutput.read(stream.toByteArray());
            assertThat(judged).hasSameSizeAs(ours).hasSize(60);
            for (int i = 0; i < ours.size(); i++) {
                assertThat(judged.get(i)).usingRecursiveComparison().as("unit %d", i).isEqualTo(ours.get(i));
            }
        }
    }

    @Test
    void shouldReadWhatLibavformatWrites() throws IOException {
        final List<Unit> units = new ArrayList<>();
        final Random random = new Random(17);
        for (int i = 0; i < 100; i++) {
            final long dts = 90_000 + 3000L * i;
            final int length = i % 10 == 0 ? 90_000 : 20 + random.nextInt(3000);
            units.add(new Unit(Packet.Kind.VIDEO, dts + 3000L * (i % 3), dts, i % 10 == 0,
                h264(length, i % 10 == 0, random)));
            units.add(new Unit(Packet.Kind.AUDIO, dts, dts, true, bytes(300, random)));
        }
        final Path file = folder.resolve("theirs.ts");
        writeByLibavformat(file, units);

        final List<Unit> read = TestOutput.read(Files.readAllBytes(file));

        final List<Unit> expectedVideo = of(units, Packet.Kind.VIDEO);
        final List<Unit> video = of(read, Packet.Kind.VIDEO);
        assertThat(video).hasSameSizeAs(expectedVideo);
        for (int i = 0; i < video.size(); i++) {
            assertThat(video.get(i)).usingRecursiveComparison().as("unit %d", i).isEqualTo(expectedVideo.get(i));
        }
        assertThat(joined(of(read, Packet.Kind.AUDIO))).isEqualTo(joined(of(units, Packet.Kind.AUDIO)));
    }

    private static List<Unit> readByLibavformat(final Path file) {
        final List<Unit> units = new ArrayList<>();
        final AVFormatContext context = new AVFormatContext(null);
        assertThat(avformat_open_input(context, file.toString(), null, null)).isZero();
        assertThat(avformat_find_stream_info(context, (AVDictionary) null)).isNotNegative();
        assertThat(context.nb_streams()).isEqualTo(1);
        final AVPacket packet = av_packet_alloc();
        while (av_read_frame(context, packet) >= 0) {
            final byte[] payload = new byte[packet.size()];
            packet.data().get(payload);
            units.add(new Unit(Packet.Kind.VIDEO, packet.pts(), packet.dts(),
                (packet.flags() & AV_PKT_FLAG_KEY) != 0, payload));
            av_packet_unref(packet);
        }
        av_packet_free(packet);
        avformat_close_input(context);
        return units;
    }

    private static void writeByLibavformat(final Path file, final List<Unit> units) {
        final AVFormatContext context = new AVFormatContext(null);
        assertThat(avformat_alloc_output_context2(context, null, "mpegts", file.toString())).isNotNegative();
        context.max_delay(0);
        final AVStream video = avformat_new_stream(context, null);
        video.codecpar().codec_type(AVMEDIA_TYPE_VIDEO).codec_id(AV_CODEC_ID_H264).width(320).height(240);
        final AVStream audio = avformat_new_stream(context, null);
        audio.codecpar().codec_type(AVMEDIA_TYPE_AUDIO).codec_id(AV_CODEC_ID_MP2).sample_rate(48_000);
        audio.codecpar().ch_layout().nb_channels(2);
        final AVIOContext io = new AVIOContext(null);
        assertThat(avio_open(io, file.toString(), AVIO_FLAG_WRITE)).isNotNegative();
        context.pb(io);
        assertThat(avformat_write_header(context, (AVDictionary) null)).isNotNegative();
        final AVPacket packet = av_packet_alloc();
        for (final Unit unit : units) {
            assertThat(av_new_packet(packet, unit.payload().length)).isZero();
            packet.data().put(unit.payload());
            packet.pts(unit.pts()).dts(unit.dts()).flags(unit.keyframe() ? AV_PKT_FLAG_KEY : 0);
            packet.stream_index(unit.kind() == Packet.Kind.VIDEO ? 0 : 1);
            assertThat(av_write_frame(context, packet)).isNotNegative();
            av_packet_unref(packet);
        }
        assertThat(av_write_trailer(context)).isZero();
        av_packet_free(packet);
        avio_closep(io);
        avformat_free_context(context);
    }

    private static List<Unit> of(final List<Unit> units, final Packet.Kind kind) {
        return units.stream().filter(unit -> unit.kind() == kind).toList();
    }

    private static byte[] joined(final List<Unit> units) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        units.forEach(unit -> bytes.writeBytes(unit.payload()));
        return bytes.toByteArray();
    }

    private static byte[] bytes(final int length, final Random random) {
        final byte[] payload = new byte[length];
        random.nextBytes(payload);
        return payload;
    }

    private static byte[] h264(final int length, final boolean keyframe, final Random random) {
        final byte[] payload = bytes(length, random);
        for (int i = 0; i < payload.length; i++) {
            payload[i] |= 2;
        }
        final byte[] head = {0, 0, 0, 1, 9, (byte) 0xF0, 0, 0, 1, (byte) (keyframe ? 0x65 : 0x41)};
        System.arraycopy(head, 0, payload, 0, head.length);
        return payload;
    }
}
