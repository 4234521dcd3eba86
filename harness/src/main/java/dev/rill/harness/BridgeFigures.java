package dev.rill.harness;

import dev.rill.gpu.DeviceInfo;
import dev.rill.gpu.DeviceTimes;
import dev.rill.gpu.FrameFormat;
import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a device and the way to it cost.
 *
 * @param device          measured.
 * @param format          of the frames.
 * @param copy            of one picture from slot to slot, by the thread that measures.
 * @param copies          of one picture's bytes, many behind each other, between pinned memory and the device.
 * @param identity        submitted to polled, with a result that is a copy.
 * @param handedOn        submitted to polled, the source being the result.
 * @param loads           of identity with a result that is a copy, by several sessions.
 * @param model           of the two figures below.
 * @param speed           with {@code window} in flight.
 * @param window          frames in flight.
 * @param deadlineNs      in which every session has to have its frame.
 * @param sessions        most for which that held; 0 where it was not tried, which is so for models not built in.
 */
record BridgeFigures(
    DeviceInfo device, FrameFormat format, Time copy, Copies copies, Time identity, Time handedOn, List<Load> loads,
    String model, Speed speed, int window, long deadlineNs, int sessions) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    /** Pinned, PCIe 5 with 16 lanes, each way; computed, not measured. */
    private static final double BUS_BYTES_PER_NANO = 55;

    /** Of many: nanoseconds. */
    record Time(int count, long p50Ns, long p99Ns, long maxNs) {
        static Time of(final long[] samples) {
            Arrays.sort(samples);
            final int last = samples.length - 1;
            return new Time(samples.length, samples[last / 2], samples[(int) (last * 0.99)], samples[last]);
        }

        Map<String, Object> toDocument() {
            final Map<String, Object> document = new LinkedHashMap<>();
            document.put("count", count);
            document.put("p50Us", p50Ns / NANOS_PER_MICRO);
            document.put("p99Us", p99Ns / NANOS_PER_MICRO);
            document.put("maxUs", maxNs / NANOS_PER_MICRO);
            return document;
        }
    }

    /** Nanoseconds of one of many copies. */
    record Copies(double inNs, double outNs, double bothNs) {
        Map<String, Object> toDocument(final long bytes) {
            final Map<String, Object> document = new LinkedHashMap<>();
            document.put("bytes", bytes);
            document.put("inUs", inNs / NANOS_PER_MICRO);
            document.put("outUs", outNs / NANOS_PER_MICRO);
            document.put("bothUs", bothNs / NANOS_PER_MICRO);
            document.put("inGigabytesPerSecond", bytes / inNs);
            document.put("outGigabytesPerSecond", bytes / outNs);
            document.put("bothGigabytesPerSecondEachWay", bytes / bothNs);
            return document;
        }
    }

    /** Frames per second, and how long they took on the device, where it tells. */
    record Speed(double framesPerSecond, DeviceTimes times) {
        private double meanUs(final long ns) {
            return ns / NANOS_PER_MICRO / Math.max(1, times.frames());
        }

        String text() {
            final String copies = times.copyInNs() == 0 ? ""
                : "%8.2f in %8.2f out".formatted(meanUs(times.copyInNs()), meanUs(times.copyOutNs()));
            return "%8.2f µs model%s, mean of %,d frames".formatted(meanUs(times.modelNs()), copies, times.frames());
        }

        Map<String, Object> toDocument() {
            final Map<String, Object> document = new LinkedHashMap<>();
            document.put("frames", times.frames());
            document.put("copyInUs", meanUs(times.copyInNs()));
            document.put("modelUs", meanUs(times.modelNs()));
            document.put("copyOutUs", meanUs(times.copyOutNs()));
            return document;
        }
    }

    /** Frames per second of all sessions together. */
    record Load(int sessions, double framesPerSecond) {
    }

    /** What identity costs beyond the copies that it makes, in microseconds: one, or two of a device with memory. */
    double overheadUs() {
        final double copiesNs = hasBus() ? copies.inNs + copies.outNs : copy.p50Ns;
        return (identity.p50Ns - copiesNs) / NANOS_PER_MICRO;
    }

    /** Bytes per second each way, by those of copies both ways at once, or by those of a copy where there is no bus. */
    private double overlap(final Load load) {
        final double leastNs = hasBus() ? copies.bothNs : copy.p50Ns;
        return load.framesPerSecond * leastNs / NANOS_PER_SECOND;
    }

    private Map<String, Object> document(final Load load) {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("sessions", load.sessions);
        document.put("framesPerSecond", load.framesPerSecond);
        document.put("ofTheCopyBandwidth", overlap(load));
        return document;
    }

    private double ratio() {
        return (double) identity.p50Ns / Math.max(1, copy.p50Ns);
    }

    private double floorUs() {
        return 2 * format.pictureBytes() / BUS_BYTES_PER_NANO / NANOS_PER_MICRO;
    }

    private boolean hasBus() {
        return "cuda".equals(device.kind()) || "simulator".equals(device.kind());
    }

    String toTable() {
        final StringBuilder table = new StringBuilder();
        row(table, "device", device.name() + ": " + device.description());
        if ("simulator".equals(device.kind())) {
            row(table, "note", "a simulator; nothing here is a figure of a GPU");
        }
        row(table, "frame", "%s, %,d bytes".formatted(format, format.pictureBytes()));
        row(table, "copy of a frame", text(copy) + "%8.1f GB/s".formatted(
            (double) format.pictureBytes() / Math.max(1, copy.p50Ns)));
        if (hasBus()) {
            row(table, "copies alone", "%8.2f µs in %8.2f out %8.2f both at once".formatted(
                copies.inNs / NANOS_PER_MICRO, copies.outNs / NANOS_PER_MICRO, copies.bothNs / NANOS_PER_MICRO));
        }
        row(table, "identity", text(identity) + "%8.2f times the copy".formatted(ratio()));
        row(table, "overhead", "%8.2f µs beyond %s".formatted(overheadUs(), hasBus() ? "both copies" : "the copy"));
        row(table, "handed on", text(handedOn));
        if (hasBus()) {
            row(table, "floor of the bus", "%8.2f µs in and out, computed for PCIe 5 x16".formatted(floorUs()));
        }
        for (final Load load : loads) {
            row(table, "identity, " + load.sessions + " sessions", "%,8.0f frames/s %8.2f of the copies' bandwidth"
                .formatted(load.framesPerSecond, overlap(load)));
        }
        row(table, model, "%,8.0f frames/s with %d in flight".formatted(speed.framesPerSecond, window));
        if (speed.times.frames() > 0) {
            row(table, "on the device", speed.text());
        }
        if (sessions > 0) {
            row(table, "sessions", "%,8d with a frame of %s each within %.1f ms".formatted(
                sessions, model, deadlineNs / NANOS_PER_MILLI));
        }
        return table.toString();
    }

    private static void row(final StringBuilder table, final String name, final String value) {
        table.append(String.format(Locale.ROOT, "%-24s %s%n", name, value));
    }

    private static String text(final Time time) {
        return "%8.2f µs p50 %8.2f p99".formatted(time.p50Ns / NANOS_PER_MICRO, time.p99Ns / NANOS_PER_MICRO);
    }

    String toJson() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("device", device.name());
        document.put("kind", device.kind());
        document.put("description", device.description());
        document.put("format", format.toString());
        document.put("bytes", format.pictureBytes());
        document.put("copy", copy.toDocument());
        document.put("copies", copies.toDocument(format.spanBytes()));
        document.put("identity", identity.toDocument());
        document.put("handedOn", handedOn.toDocument());
        document.put("overheadUs", overheadUs());
        document.put("timesTheCopy", ratio());
        document.put("busFloorUs", hasBus() ? floorUs() : null);
        document.put("loads", loads.stream().map(this::document).toList());
        document.put("model", model);
        document.put("framesPerSecond", speed.framesPerSecond);
        document.put("onTheDevice", speed.toDocument());
        document.put("window", window);
        document.put("deadlineMs", deadlineNs / NANOS_PER_MILLI);
        document.put("sessions", sessions);
        return new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n";
    }
}
