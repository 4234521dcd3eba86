package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rill.trickle.EndReason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.net.URI;

/** Insists on the order of calls that {@link Exchange} promises, and reads what a client reads. */
final class GrammarExchange implements Exchange {
    private final boolean withBody;
    private boolean connected;
    private boolean headSeen;
    private boolean over;

    /**
     * @param withBody whether the request has a body, which has not ended when the peer answers.
     */
    GrammarExchange(final boolean withBody) {
        this.withBody = withBody;
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void onConnected(final HttpStream stream) {
        assertThat(connected).isFalse();
        connected = true;
        final RequestHead head = new Origin(URI.create("http://127.0.0.1:1/"), null)
            .request(withBody ? "POST" : "GET", "/ch/0");
        stream.head(withBody ? head.streamed() : head, !withBody);
        stream.flush();
    }

    @Override
    public void onHead(final HttpResponse head) {
        assertThat(connected && !headSeen && !over).as("head in its place").isTrue();
        headSeen = true;
        assertThat(head.status().code() / 100).as("status class of a final answer").isNotEqualTo(1);
        assertThat(Wire.number(head.headers(), Wire.SEQ)).isNotNull();
        assertThat(Wire.endReason(head.status().code())).isIn(EndReason.CHANNEL_NOT_FOUND, EndReason.REFUSED);
    }

    @Override
    public void onBody(final ByteBuf bytes) {
        assertThat(headSeen && !over).as("body in its place").isTrue();
        assertThat(bytes.isReadable()).isTrue();
    }

    @Override
    public void onEnd() {
        assertThat(headSeen && !over).as("end in its place").isTrue();
        over = true;
    }

    @Override
    public void onLost(final Throwable cause) {
        assertThat(over).as("lost after the end").isFalse();
        assertThat(cause).isNotNull();
        over = true;
    }
}
