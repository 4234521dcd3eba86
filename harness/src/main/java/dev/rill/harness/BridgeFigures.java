package dev.rill.harness;

import dev.rill.gpu.DeviceInfo;
import dev.rill.gpu.FrameFormat;
import dev.rill.jobs.session.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a device and the way to it cost.
 *
 * @param device          measured.
 * @param format          of the frames.
 * @param copy            of one picture from slot to slot, by the thread that measures.
 * @param identity        submitted to polled, with a result that is a copy.
 * @param handedOn        submitted to polled, the source being the result.
 * @param model           of the two figures below.
 * @param framesPerSecond with {@code window} in flight.
 * @param window          frames in flight.
 * @param deadlineNs      in which every session has to have its frame.
 * @param sessions        most for which that held.
 */
record BridgeFigures(
    DeviceInfo device, FrameFormat format, Time copy, Time identity, Time handedOn, String model,
    double framesPerSecond, int window, long deadlineNs, int sessions) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
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

    /** What identity costs beyond the copy that it makes, in microseconds. */
    double overheadUs() {
        return (identity.p50Ns - copy.p50Ns) / NANOS_PER_MICRO;
    }

    private double ratio() {
        return (double) identity.p50Ns / Math.max(1, copy.p50Ns);
    }

    private double floorUs() {
        return 2 * format.pictureBytes() / BUS_BYTES_PER_NANO / NANOS_PER_MICRO;
    }

    private boolean hasBus() {
        return "cuda".equals(device.kind());
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
        row(table, "identity", text(identity) + "%8.2f times the copy".formatted(ratio()));
        row(table, "overhead", "%8.2f µs beyond the copy".formatted(overheadUs()));
        row(table, "handed on", text(handedOn));
        if (hasBus()) {
            row(table, "floor of the bus", "%8.2f µs in and out, computed for PCIe 5 x16".formatted(floorUs()));
        }
        row(table, model, "%,8.0f frames/s with %d in flight".formatted(framesPerSecond, window));
        row(table, "sessions", "%,8d with a frame of %s each within %.1f ms".formatted(
            sessions, model, deadlineNs / NANOS_PER_MILLI));
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
        document.put("identity", identity.toDocument());
        document.put("handedOn", handedOn.toDocument());
        document.put("overheadUs", overheadUs());
        document.put("timesTheCopy", ratio());
        document.put("busFloorUs", hasBus() ? floorUs() : null);
        document.put("model", model);
        document.put("framesPerSecond", framesPerSecond);
        document.put("window", window);
        document.put("deadlineMs", deadlineNs / NANOS_PER_MILLI);
        document.put("sessions", sessions);
        return new String(Json.writeIndented(document), StandardCharsets.UTF_8) + "\n";
    }
}
