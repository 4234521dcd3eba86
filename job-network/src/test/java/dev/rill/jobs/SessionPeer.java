package dev.rill.jobs;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketPool;
import dev.rill.frame.sink.ChannelSink;
import dev.rill.frame.source.Segmenter;
import dev.rill.frame.source.TestPatternContext;
import dev.rill.frame.source.TestPatternSource;
import dev.rill.frame.ts.TsHandler;
import dev.rill.frame.ts.TsProgram;
import dev.rill.frame.ts.TsReader;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.gateway.SessionUrls;
import dev.rill.jobs.session.DocumentReader;
import dev.rill.jobs.session.SessionEvent;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentHandler;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleSubscriber;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The other side of a session: publishes, and keeps what it reads. */
final class SessionPeer {
    private SessionPeer() {
    }

    static ChannelSink sink(final OrchestratorLink link, final URI url) {
        final String channel = SessionUrls.channel(url);
        return new ChannelSink(channel, link.trickle(SessionUrls.base(url)).publish(channel));
    }

    /** A test pattern with sound in segments of two seconds, as fast as the channel takes them. */
    static Thread publish(final OrchestratorLink link, final URI url, final int seconds, final int fps) {
        final Thread thread = new Thread(() -> {
            try (TestPatternSource source = TestPatternSource.open(new TestPatternContext().size(320, 240)
                    .frameRate(fps, 1).seconds(seconds).audio(true).packetPool(new PacketPool()));
                ChannelSink sink = sink(link, url);
                Segmenter segmenter = new Segmenter(source.program(), sink, 1)) {
                boolean more = true;
                while (more && !sink.isRefused()) {
                    more = source.read(segmenter);
                    while (!sink.drain() && !sink.isRefused()) {
                        Thread.onSpinWait();
                    }
                }
            }
        }, "test-publisher");
        thread.start();
        return thread;
    }

    /** Reads a rendition. */
    static final class Ear implements SegmentHandler, TsHandler {
        final List<List<Long>> video = new ArrayList<>();
        int audio;
        TsProgram program;
        private final TrickleSubscriber subscriber;
        private final TsReader reader = new TsReader(this, new PacketPool(), System::nanoTime);
        private boolean ended;

        Ear(final OrchestratorLink link, final URI url) {
            subscriber = link.trickle(SessionUrls.base(url)).subscribe(SessionUrls.channel(url), 0);
        }

        boolean poll() {
            subscriber.poll(this, 16);
            return ended;
        }

        @Override
        public void onSegmentBegin(final long sequence, final String contentType) {
            video.add(new ArrayList<>());
        }

        @Override
        public void onData(final long sequence, final ByteBuffer bytes) {
            reader.feed(bytes);
        }

        @Override
        public void onSegmentEnd(final long sequence, final boolean intact) {
            reader.endOfSegment(intact);
        }

        @Override
        public void onGap(final long from, final long to) {
            throw new AssertionError("gap " + from + ".." + to);
        }

        @Override
        public void onEnd(final EndReason reason) {
            ended = true;
        }

        @Override
        public void onProgram(final TsProgram newProgram) {
            program = newProgram;
        }

        @Override
        public void onPacket(final Packet packet) {
            if (packet.kind() == Packet.Kind.VIDEO) {
                video.get(video.size() - 1).add(packet.pts());
            } else {
                audio++;
            }
            packet.release();
        }
    }

    /** Reads what the session says. */
    static final class Words {
        final List<Object> errors = new ArrayList<>();
        private final List<SessionEvent> statuses = new ArrayList<>();
        private final TrickleSubscriber subscriber;
        private boolean ended;
        private final DocumentReader reader =
            new DocumentReader(document -> onEvent(SessionEvent.fromJson(document)), reason -> ended = true);

        Words(final OrchestratorLink link, final URI url) {
            subscriber = link.trickle(SessionUrls.base(url)).subscribe(SessionUrls.channel(url), Trickle.CURRENT);
        }

        private void onEvent(final SessionEvent event) {
            if ("error".equals(event.type())) {
                errors.add(event.fields().get("message"));
            } else if ("status".equals(event.type())) {
                statuses.add(event);
            }
        }

        boolean poll() {
            if (!ended) {
                subscriber.poll(reader, 16);
            }
            return ended;
        }

        Map<?, ?> lastStatus() {
            return statuses.get(statuses.size() - 1).fields();
        }
    }
}
