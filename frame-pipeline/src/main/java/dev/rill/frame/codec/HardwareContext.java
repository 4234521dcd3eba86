package dev.rill.frame.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_HWDEVICE_TYPE_CUDA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_CUDA;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_ctx_create;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_transfer_data;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPU that decodes: FFmpeg's {@code nvdec} behind its own {@code h264} decoder, on the primary context of the device.
 * <p>
 * That a device context opens does not mean that the GPU decodes: libavcodec falls back to the processor by itself, for
 * want of {@code libnvcuvid} or for a stream that the GPU does not know. So what decodes is known, and logged, with the
 * first picture. Belongs to the thread that decodes.
 */
final class HardwareContext implements AutoCloseable {
    /** {@code AV_CUDA_USE_PRIMARY_CONTEXT} of hwcontext_cuda.h. */
    private static final int USE_PRIMARY_CONTEXT = 1;

    private static final Logger LOGGER = LoggerFactory.getLogger(HardwareContext.class);

    private final HardwareUse use;
    private AVBufferRef device;
    private AVFrame download;
    private Boolean decodes;

    HardwareContext(final HardwareUse use) {
        this.use = use;
    }

    /**
     * Gives the codec a device, if there is one to give.
     *
     * @throws MediaException if one is required and none can be opened.
     */
    static HardwareContext attach(final HardwareUse use, final AVCodecContext codec) {
        final HardwareContext context = new HardwareContext(use);
        if (use != HardwareUse.OFF) {
            context.open(codec);
        }
        return context;
    }

    private void open(final AVCodecContext codec) {
        final AVBufferRef opened = new AVBufferRef(null);
        final int result = av_hwdevice_ctx_create(
            opened, AV_HWDEVICE_TYPE_CUDA, (String) null, (AVDictionary) null, USE_PRIMARY_CONTEXT);
        if (result >= 0) {
            device = opened;
            codec.hw_device_ctx(av_buffer_ref(device));
            return;
        }
        final String reason = "hardware decoder cuda: no device context: " + FFmpeg.text(result);
        if (use == HardwareUse.REQUIRED) {
            throw new MediaException(reason);
        }
        LOGGER.debug("decoding on the processor reason={}", reason);
    }

    /**
     * Brings a picture that lies on the GPU into host memory.
     *
     * @param picture as the codec gave it; borrowed.
     * @return the picture itself, or an NV12 copy that is valid until the next call.
     * @throws MediaException if the transfer fails.
     */
    AVFrame toHost(final AVFrame picture) {
        if (picture.format() != AV_PIX_FMT_CUDA) {
            return picture;
        }
        if (download == null) {
            download = FFmpeg.check(av_frame_alloc(), "hardware decoder cuda");
        }
        av_frame_unref(download);
        FFmpeg.check(av_hwframe_transfer_data(download, picture, 0), "hardware decoder cuda: transfer of a picture");
        download.color_range(picture.color_range()).colorspace(picture.colorspace());
        return download;
    }

    /**
     * Notes who decoded; called for every picture.
     *
     * @throws MediaException if the GPU is required and did not.
     */
    void note(final AVFrame picture) {
        final boolean onDevice = picture.format() == AV_PIX_FMT_CUDA;
        if (use == HardwareUse.REQUIRED && !onDevice) {
            throw new MediaException("hardware decoder cuda: required, but the processor decoded the picture");
        }
        if (decodes == null && device != null) {
            LOGGER.info("decoder chosen hardware={} reason={}", onDevice,
                onDevice ? "the GPU decodes this stream" : "FFmpeg could not open its decoder for this stream");
        }
        decodes = onDevice;
    }

    /** Whether the latest picture came from the GPU. */
    boolean isDecoding() {
        return Boolean.TRUE.equals(decodes);
    }

    @Override
    public void close() {
        if (download != null) {
            av_frame_free(download);
            download = null;
        }
        if (device != null) {
            av_buffer_unref(device);
            device = null;
        }
    }
}
