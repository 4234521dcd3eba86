package dev.rill.frame;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Flight Recorder events of the frame pipeline. Switched off, an event costs a test of a flag and, once compiled, no
 * allocation. Names and fields are stable; times are 90 kHz ticks for {@code pts}, nanoseconds for durations.
 */
final class Events {
    private Events() {
    }

    @Name("dev.rill.Frame")
    @Label("Frame")
    @Category({"Rill", "Frame pipeline"})
    @Description("A frame was published; the stages add up to total")
    @StackTrace(false)
    static final class FrameEvent extends Event {
        @Label("Sequence") long sequence;
        @Label("Presentation time") long pts;
        @Label("Keyframe") boolean keyframe;
        @Label("Parameter version") long parameterVersion;
        @Label("Demux") @Timespan long demux;
        @Label("Decode") @Timespan long decode;
        @Label("Queue") @Timespan long queue;
        @Label("Submit") @Timespan long submit;
        @Label("Device") @Timespan long device;
        @Label("Poll") @Timespan long poll;
        @Label("Encode") @Timespan long encode;
        @Label("Publish") @Timespan long publish;
        @Label("Total") @Timespan long total;
    }

    @Name("dev.rill.Drop")
    @Label("Drop")
    @Category({"Rill", "Frame pipeline"})
    @Description("A video access unit did not become an output frame")
    @StackTrace(false)
    static final class DropEvent extends Event {
        @Label("Sequence") long sequence;
        @Label("Presentation time") long pts;
        @Label("Reason") String reason;
    }

    @Name("dev.rill.Segment")
    @Label("Segment")
    @Category({"Rill", "Frame pipeline"})
    @Description("An input segment, from its first byte to its end")
    @StackTrace(false)
    static final class SegmentEvent extends Event {
        @Label("Sequence") long sequence;
        @Label("Bytes") @DataAmount long bytes;
        @Label("Video units") long videoUnits;
        @Label("Intact") boolean intact;
    }

    @Name("dev.rill.Session")
    @Label("Session")
    @Category({"Rill", "Frame pipeline"})
    @Description("A pipeline, from launch to end")
    @StackTrace(false)
    static final class SessionEvent extends Event {
        @Label("Model") String model;
        @Label("End") String end;
        @Label("Frames in") long framesIn;
        @Label("Frames out") long framesOut;
        @Label("Frames dropped") long framesDropped;
    }

    static void frame(final FramePassport passport) {
        final FrameEvent event = new FrameEvent();
        if (!event.shouldCommit()) {
            return;
        }
        event.sequence = passport.sequence();
        event.pts = passport.pts();
        event.keyframe = passport.isKeyframe();
        event.parameterVersion = passport.parameterVersion();
        event.demux = Stage.DEMUX.durationNs(passport);
        event.decode = Stage.DECODE.durationNs(passport);
        event.queue = Stage.QUEUE.durationNs(passport);
        event.submit = Stage.SUBMIT.durationNs(passport);
        event.device = Stage.DEVICE.durationNs(passport);
        event.poll = Stage.POLL.durationNs(passport);
        event.encode = Stage.ENCODE.durationNs(passport);
        event.publish = Stage.PUBLISH.durationNs(passport);
        event.total = Stage.TOTAL.durationNs(passport);
        event.commit();
    }

    static void drop(final FramePassport passport, final DropReason reason) {
        final DropEvent event = new DropEvent();
        if (event.shouldCommit()) {
            event.sequence = passport.sequence();
            event.pts = passport.pts();
            event.reason = reason.label();
            event.commit();
        }
    }
}
