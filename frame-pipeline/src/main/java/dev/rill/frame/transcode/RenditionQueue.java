package dev.rill.frame.transcode;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.gpu.FrameSlot;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * What goes to one rendition, in the order of the source: frames, of which few may wait because slots are few, audio,
 * ends of segments, and the end. One thread feeds, one takes.
 */
final class RenditionQueue {
    /** Frames that may wait. */
    static final int MAX_FRAMES = 8;

    /** Nothing more will come. */
    static final Object END = "end";

    /** A segment of the source has ended. */
    static final Object CUT = "cut";

    private static final int CAPACITY = 1024;

    /** @param cuts whether a segment of the source ended in front of it of which the queue could not tell. */
    record Frame(FrameSlot slot, long pts, boolean cuts) { }

    private final PacketPool packets;
    private final SpscVarHandleArrayQueue<Object> items = new SpscVarHandleArrayQueue<>(CAPACITY);
    private final AtomicInteger frames = new AtomicInteger();
    private boolean cutPending;
    private volatile long framesLate;
    private volatile long audioLate;

    /** @param packets where copies of audio units come from. */
    RenditionQueue(final PacketPool packets) {
        this.packets = packets;
    }

    /** Takes over a reference to the slot, unless the result is false: there is no room. Feeding thread. */
    boolean offerFrame(final FrameSlot slot, final long pts) {
        if (frames.get() >= MAX_FRAMES || !items.offer(new Frame(slot, pts, cutPending))) {
            return false;
        }
        frames.incrementAndGet();
        cutPending = false;
        return true;
    }

    /** Copies an audio unit, unless there is no room. Feeding thread. */
    boolean offerAudio(final Packet unit) {
        final Packet copy = packets.acquire();
        copy.append(unit.data().duplicate());
        copy.describe(unit.kind(), unit.pts(), unit.dts(), true, unit.arrivalNs());
        if (items.offer(copy)) {
            return true;
        }
        copy.release();
        return false;
    }

    /** A segment of the source has ended; where there is no room, the next frame says so. Feeding thread. */
    void offerCut() {
        cutPending |= !items.offer(CUT);
    }

    /** Nothing more will come; false if there is no room. Feeding thread. */
    boolean offerEnd() {
        return items.offer(END);
    }

    /** A frame of a live source found no room, and is given up. Feeding thread. */
    void onFrameLate() {
        framesLate++;
    }

    /** An audio unit of a live source found no room, and is given up. Feeding thread. */
    void onAudioLate() {
        audioLate++;
    }

    /** Frames given up. Any thread. */
    long framesLate() {
        return framesLate;
    }

    /** Audio units given up. Any thread. */
    long audioLate() {
        return audioLate;
    }

    /** A {@link Frame}, a {@link Packet}, {@link #CUT}, {@link #END}, or null; owned by the caller. Taking thread. */
    Object poll() {
        final Object item = items.poll();
        if (item instanceof Frame) {
            frames.decrementAndGet();
        }
        return item;
    }

    /** Gives up what waits. Taking thread. */
    void release() {
        Object item = poll();
        while (item != null) {
            if (item instanceof final Frame frame) {
                frame.slot.release();
            } else if (item instanceof final Packet packet) {
                packet.release();
            }
            item = poll();
        }
    }
}
