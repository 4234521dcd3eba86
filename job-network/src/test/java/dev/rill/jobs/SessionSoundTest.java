package dev.rill.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.frame.DeliveryPolicy;
import dev.rill.frame.audio.AudioCodec;
import dev.rill.frame.audio.AudioProcessing;
import dev.rill.gpu.BridgeContext;
import dev.rill.jobs.gateway.HttpOrchestratorLink;
import dev.rill.jobs.gateway.OrchestratorLink;
import dev.rill.jobs.session.SessionReply;
import dev.rill.jobs.session.SessionRequest;
import dev.rill.testing.Await;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sound of a session: the host chooses by the request whether it is processed. */
@Timeout(60)
class SessionSoundTest {
    private static final int SECONDS = 4;

    @Test
    void shouldProcessTheSoundOfSessionsThatTheHostChooses() {
        final AtomicLong samples = new AtomicLong();
        try (Orchestrator orchestrator = Orchestrator.launch(new OrchestratorContext()
                .bridge(new BridgeContext().device("java"))
                .policy(DeliveryPolicy.BATCH)
                .audio(request -> "loud".equals(request.streamId())
                    ? new AudioProcessing(sound -> samples.addAndGet(sound.samples()), AudioCodec.OPUS) : null));
            OrchestratorLink link = new HttpOrchestratorLink(orchestrator.uri())) {
            final SessionPeer.Ear plain = listen(link, "plain");
            assertThat(plain.program.audio().isOpus()).isFalse();
            assertThat(samples.get()).isZero();

            final SessionPeer.Ear loud = listen(link, "loud");
            assertThat(loud.program.audio().isOpus()).isTrue();
            assertThat(loud.audio).as("units of 20 ms").isBetween(50 * SECONDS, 50 * SECONDS + 4);
            assertThat(samples.get() / 48_000.0).isBetween((double) SECONDS, SECONDS + 0.1);
            assertThat(loud.video).isEqualTo(plain.video);
        }
    }

    private static SessionPeer.Ear listen(final OrchestratorLink link, final String streamId) {
        final SessionReply reply = link.start(new SessionRequest("identity", Map.of(), "", streamId));
        final SessionPeer.Ear ear = new SessionPeer.Ear(link, reply.subscribeUrl());
        SessionPeer.publish(link, reply.publishUrl(), SECONDS, 25);
        Await.until(() -> "result of " + streamId + " ends", ear::poll);
        return ear;
    }
}
