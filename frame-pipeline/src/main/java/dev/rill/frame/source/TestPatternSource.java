package dev.rill.frame.source;

import dev.rill.frame.PacketHandler;
import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.codec.Adts;
import dev.rill.frame.codec.Codecs;
import dev.rill.frame.codec.EncoderContext;
import dev.rill.frame.codec.SoundEncoder;
import dev.rill.frame.codec.VideoEncoder;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsStream;
import dev.rill.gpu.FrameFormat;
import dev.rill.gpu.FrameSlot;
import dev.rill.gpu.PixelFormat;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Pictures and a tone made on the spot, each picture carrying its {@link FrameNumber}, counted from 0.
 * <p>
 * Frame n has the time {@value #BASE_TICKS} + n x 90000 / rate; the tone begins at the same time. Each read makes one
 * frame and the audio up to it, just then, so that a caller who paces its reads has a live source.
 */
public final class TestPatternSource implements MediaSource {
    /** Time of frame 0, in 90 kHz ticks. */
    public static final long BASE_TICKS = 90_000;

    /** Pitch of the tone, in Hz. */
    public static final int TONE_HZ = 440;

    private static final int VIDEO_PID = 0x100;
    private static final int AUDIO_PID = 0x101;
    private static final int TICKS_PER_SECOND = 90_000;
    private static final double AMPLITUDE = 0.25;

    private final TestPatternContext context;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final SlotSupply slots = new SlotSupply();
    private final TestPattern pattern;
    private final TsProgram program;
    private final long frames;
    private VideoEncoder videoEncoder;
    private SoundEncoder audioEncoder;
    private long nextFrame;
    private long samples;
    private boolean reading;
    private boolean ended;

    private TestPatternSource(final TestPatternContext context) {
        this.context = context;
        pattern = new TestPattern(format());
        program = context.audio()
            ? TsProgram.of(TsStream.h264(VIDEO_PID), TsStream.aac(AUDIO_PID))
            : TsProgram.of(TsStream.h264(VIDEO_PID));
        final double exact = context.seconds() * context.frameRateNumerator() / context.frameRateDenominator();
        frames = context.seconds() == 0 ? Long.MAX_VALUE : Math.max(1, Math.round(exact));
    }

    /**
     * Opens the source.
     *
     * @param context options; concluded here.
     * @return the source; close it.
     * @throws IllegalArgumentException                   if an option is out of range.
     * @throws dev.rill.frame.codec.MediaException if no encoder can be opened.
     */
    public static TestPatternSource open(final TestPatternContext context) {
        final TestPatternSource source = new TestPatternSource(context.conclude());
        try {
            source.openEncoders();
            return source;
        } catch (final RuntimeException ex) {
            source.close();
            throw ex;
        }
    }

    private FrameFormat format() {
        return FrameFormat.of(PixelFormat.I420, context.width(), context.height());
    }

    private void openEncoders() {
        videoEncoder = Codecs.h264Encoder(new EncoderContext()
            .format(format())
            .frameRate(context.frameRateNumerator(), context.frameRateDenominator())
            .bitRate(context.bitRate())
            .packetPool(context.packetPool()));
        if (context.audio()) {
            audioEncoder = SoundEncoder.open(AudioCodec.AAC, 2, context.packetPool());
        }
    }

    @Override
    public synchronized boolean read(final PacketHandler out) {
        if (ended || closed.get()) {
            return false;
        }
        reading = true;
        try {
            return makeNext(out);
        } finally {
            reading = false;
            if (closed.get()) {
                free();
            }
        }
    }

    private boolean makeNext(final PacketHandler out) {
        if (nextFrame == frames) {
            finish(out);
            return false;
        }
        final long arrivalNs = context.nanoClock().nanoTime();
        makePicture(arrivalNs, out);
        nextFrame++;
        makeSound(timeOf(nextFrame), arrivalNs, out);
        return true;
    }

    private void makePicture(final long arrivalNs, final PacketHandler out) {
        final FrameSlot slot = slots.acquire(format(), 0);
        try {
            pattern.paint(slot, nextFrame & 0xFFFF_FFFFL);
            videoEncoder.encode(slot, timeOf(nextFrame), arrivalNs, false, out);
        } finally {
            slot.release();
        }
    }

    private void makeSound(final long untilTicks, final long arrivalNs, final PacketHandler out) {
        while (audioEncoder != null && soundTime() < untilTicks) {
            final FloatBuffer left = audioEncoder.samples(0);
            final FloatBuffer right = audioEncoder.samples(1);
            for (int i = 0; i < Adts.FRAME_SAMPLES; i++) {
                final long position = (samples + i) * TONE_HZ % SoundEncoder.SAMPLE_RATE;
                final double phase = 2 * Math.PI * position / SoundEncoder.SAMPLE_RATE;
                final float value = (float) (AMPLITUDE * Math.sin(phase));
                left.put(i, value);
                right.put(i, value);
            }
            audioEncoder.encode(soundTime(), arrivalNs, out);
            samples += Adts.FRAME_SAMPLES;
        }
    }

    private long soundTime() {
        return BASE_TICKS + samples * TICKS_PER_SECOND / SoundEncoder.SAMPLE_RATE;
    }

    private long timeOf(final long frame) {
        return BASE_TICKS + frame * TICKS_PER_SECOND * context.frameRateDenominator() / context.frameRateNumerator();
    }

    private void finish(final PacketHandler out) {
        ended = true;
        videoEncoder.flush(out);
        if (audioEncoder != null) {
            audioEncoder.flush(context.nanoClock().nanoTime(), out);
        }
    }

    @Override
    public TsProgram program() {
        return program;
    }

    @Override
    public String description() {
        final String rate = context.frameRateDenominator() == 1 ? Integer.toString(context.frameRateNumerator())
            : context.frameRateNumerator() + "/" + context.frameRateDenominator();
        final String length = context.seconds() == 0 ? "endless" : context.seconds() + " s";
        return "test pattern: H.264 " + context.width() + "x" + context.height() + " (" + videoEncoder.name() + "), "
            + rate + " fps; " + (context.audio() ? "aac tone of " + TONE_HZ + " Hz" : "no audio") + "; " + length;
    }

    @Override
    public int frameRateNumerator() {
        return context.frameRateNumerator();
    }

    @Override
    public int frameRateDenominator() {
        return context.frameRateDenominator();
    }

    @Override
    public int width() {
        return context.width();
    }

    @Override
    public int height() {
        return context.height();
    }

    @Override
    public long durationTicks() {
        return frames == Long.MAX_VALUE ? -1 : timeOf(frames) - BASE_TICKS;
    }

    @Override
    public long timeOffsetTicks() {
        return 0;
    }

    @Override
    public long warnings() {
        return 0;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            free();
        }
    }

    /** Idempotent; a close out of a packet handler leaves the work to the read around it. */
    private synchronized void free() {
        if (reading) {
            return;
        }
        if (videoEncoder != null) {
            videoEncoder.close();
        }
        if (audioEncoder != null) {
            audioEncoder.close();
        }
        slots.close();
    }
}
