package dev.rill.frame.source;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_get_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_bsf_send_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_ref;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;
import dev.rill.frame.PacketPool;
import dev.rill.frame.codec.FFmpeg;
import dev.rill.frame.ts.TsStream;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVBSFContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.BytePointer;

/**
 * H.264 that is copied: length-prefixed units become Annex B, and each keyframe gets the parameter sets in front of it
 * that the container keeps elsewhere.
 */
final class H264Track extends Track {
    private final PacketPool pool;
    private final TrackClock clock;
    private AVBSFContext filter;
    private AVPacket filtered;
    private ByteBuffer parameterSets = ByteBuffer.allocate(0);
    private long damagedUnits;

    H264Track(final int pid, final AVStream source, final long frameTicks, final PacketPool pool) {
        super(TsStream.h264(pid),
            "H.264 " + source.codecpar().width() + "x" + source.codecpar().height() + " copied");
        clock = new TrackClock(frameTicks);
        this.pool = pool;
        try {
            prepare(source, source.codecpar());
        } catch (final RuntimeException ex) {
            close();
            throw ex;
        }
    }

    private void prepare(final AVStream source, final AVCodecParameters parameters) {
        final BytePointer extra = parameters.extradata();
        final int length = parameters.extradata_size();
        if (length > 0 && extra.get(0) == 1) {
            final String what = "h264_mp4toannexb";
            filter = new AVBSFContext(null);
            FFmpeg.check(av_bsf_alloc(FFmpeg.check(av_bsf_get_by_name(what), what), filter), what);
            FFmpeg.check(avcodec_parameters_copy(filter.par_in(), parameters), what);
            filter.time_base_in(source.time_base());
            FFmpeg.check(av_bsf_init(filter), what);
            filtered = FFmpeg.check(av_packet_alloc(), what);
            parameterSets = bytes(filter.par_out().extradata(), filter.par_out().extradata_size());
        } else if (length > 0) {
            parameterSets = bytes(extra, length);
        }
    }

    private static ByteBuffer bytes(final BytePointer start, final int length) {
        final byte[] copy = new byte[length];
        start.get(copy);
        return ByteBuffer.wrap(copy);
    }

    @Override
    public void accept(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
        if (filter == null) {
            emit(unit, arrivalNs, out);
            return;
        }
        FFmpeg.check(av_packet_ref(filtered, unit), "H.264 unit");
        if (av_bsf_send_packet(filter, filtered) < 0) {
            av_packet_unref(filtered);
            damagedUnits++;
            return;
        }
        int received = av_bsf_receive_packet(filter, filtered);
        while (received >= 0) {
            emit(filtered, arrivalNs, out);
            av_packet_unref(filtered);
            received = av_bsf_receive_packet(filter, filtered);
        }
        if (received != FFmpeg.AGAIN) {
            damagedUnits++;
        }
    }

    private void emit(final AVPacket unit, final long arrivalNs, final PacketHandler out) {
        if (unit.size() == 0) {
            return;
        }
        clock.advance(unit);
        final ByteBuffer data = unit.data().limit(unit.size()).asByteBuffer();
        final boolean keyframe = (unit.flags() & AV_PKT_FLAG_KEY) != 0 || AnnexB.contains(data, AnnexB.IDR);
        final Packet packet = pool.acquire();
        if (keyframe && !AnnexB.contains(data, AnnexB.SEQUENCE_PARAMETERS)) {
            packet.append(parameterSets.duplicate());
            data.position(AnnexB.behindDelimiter(data));
        }
        packet.append(data);
        out.onPacket(packet.describe(Packet.Kind.VIDEO, clock.pts(), clock.dts(), keyframe, arrivalNs));
    }

    @Override
    public long damagedUnits() {
        return damagedUnits + clock.repairs();
    }

    @Override
    public void close() {
        if (filtered != null) {
            av_packet_free(filtered);
            filtered = null;
        }
        if (filter != null) {
            av_bsf_free(filter);
            filter = null;
        }
    }
}
