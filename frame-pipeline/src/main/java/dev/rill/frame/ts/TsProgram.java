package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import java.util.List;

/**
 * The streams of one program. Of each kind the first stream is the one that is read and written, with H.264 preferred
 * among video streams; the others are listed and ignored.
 *
 * @param number      {@code program_number}, 1..65535.
 * @param pmtPid      where its program map is sent.
 * @param pcrPid      which stream carries the clock.
 * @param stuffsTails whether the program says that the last packet of each unit of more than one is stuffed, and only
 *                    that one: by a registration descriptor {@code RILL}.
 * @param streams     video and audio streams in the order of the program map; other kinds are left out.
 */
public record TsProgram(int number, int pmtPid, int pcrPid, boolean stuffsTails, List<TsStream> streams) {
    private static final int DEFAULT_NUMBER = 1;
    private static final int DEFAULT_PMT_PID = 0x1000;

    /**
     * Copies the list.
     */
    public TsProgram {
        streams = List.copyOf(streams);
    }

    /**
     * Makes a program for writing: number 1, map on pid 0x1000, clock on the video stream or else on the first one.
     *
     * @param streams at least one, with distinct pids.
     */
    public static TsProgram of(final TsStream... streams) {
        return of(List.of(streams));
    }

    /**
     * As {@link #of(TsStream...)}.
     *
     * @throws IllegalArgumentException if there is no stream, or two with the same pid.
     */
    public static TsProgram of(final List<TsStream> streams) {
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a program needs at least one stream");
        }
        final long distinct = streams.stream().mapToInt(TsStream::pid).distinct().count();
        if (distinct != streams.size() || streams.stream().anyMatch(stream -> stream.pid() == DEFAULT_PMT_PID)) {
            throw new IllegalArgumentException("pids clash: " + streams);
        }
        final TsStream clock = first(streams, Packet.Kind.VIDEO);
        final int pcrPid = clock == null ? streams.get(0).pid() : clock.pid();
        return new TsProgram(DEFAULT_NUMBER, DEFAULT_PMT_PID, pcrPid, true, streams);
    }

    /** The video stream, or null when there is none. */
    public TsStream video() {
        for (final TsStream stream : streams) {
            if (stream.isH264()) {
                return stream;
            }
        }
        return first(streams, Packet.Kind.VIDEO);
    }

    /** The audio stream, or null when there is none. */
    public TsStream audio() {
        return first(streams, Packet.Kind.AUDIO);
    }

    private static TsStream first(final List<TsStream> streams, final Packet.Kind kind) {
        for (final TsStream stream : streams) {
            if (stream.kind() == kind) {
                return stream;
            }
        }
        return null;
    }
}
