package dev.rill.conform.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Channels of segments in memory. */
final class FakeLocalApi implements LocalApi {
    private final Map<String, List<String>> channels = new HashMap<>();

    @Override
    public synchronized String createChannel(final String channel, final String contentType) {
        channels.putIfAbsent(channel, new ArrayList<>());
        return OK;
    }

    @Override
    public synchronized String write(final String channel, final String text) {
        final List<String> segments = channels.get(channel);
        if (segments == null) {
            return STREAM_NOT_FOUND;
        }
        segments.add(text);
        return OK;
    }

    @Override
    public synchronized LocalRead read(final String channel, final long sequence) {
        final List<String> segments = channels.get(channel);
        if (segments == null) {
            return LocalRead.error(STREAM_NOT_FOUND);
        }
        return sequence < segments.size()
            ? LocalRead.ok(segments.get((int) sequence), sequence, segments.size(), "text/plain")
            : LocalRead.error(SEQ_NOT_FOUND);
    }

    synchronized void clear() {
        channels.clear();
    }
}
