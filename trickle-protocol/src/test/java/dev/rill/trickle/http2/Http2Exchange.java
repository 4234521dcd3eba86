package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One request and what comes back on its stream, in order. Sent and read by the test's thread. */
final class Http2Exchange extends ChannelInboundHandlerAdapter {
    private static final long TIMEOUT_MS = 5_000;
    private static final byte[] NOTHING = {};

    /** An event of the stream: a head, bytes, or a reset with its code. */
    private record Event(Http2Headers head, byte[] bytes, boolean end, long resetCode) {
        @Override
        public String toString() {
            return head != null ? head + (end ? " END_STREAM" : "")
                : resetCode >= 0 ? "RST_STREAM " + resetCode : bytes.length + " bytes" + (end ? " END_STREAM" : "");
        }
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile ChannelHandlerContext context;
    private Http2Headers head;
    private byte[] left = NOTHING;
    private boolean ended;

    // The test's side.

    void send(final String text, final boolean end) {
        send(text.getBytes(StandardCharsets.UTF_8), end);
    }

    /** Returns when the bytes have left, or the stream was ended by the peer. */
    void send(final byte[] bytes, final boolean end) {
        final ChannelFuture written =
            context.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), end));
        written.awaitUninterruptibly(TIMEOUT_MS);
    }

    void reset() {
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).awaitUninterruptibly(TIMEOUT_MS);
    }

    void reading(final boolean on) {
        context.channel().config().setAutoRead(on);
    }

    int awaitStatus() throws InterruptedException {
        return awaitStatus(TIMEOUT_MS);
    }

    /** Reads up to the final head and returns its status. */
    int awaitStatus(final long withinMs) throws InterruptedException {
        while (head == null) {
            final Event event = next(withinMs);
            assertThat(event.head).as("a head, not " + event).isNotNull();
            if (Integer.parseInt(event.head.status().toString()) >= 200) {
                head = event.head;
                ended = event.end;
            }
        }
        return status();
    }

    /** Status of the final head, which has come. */
    int status() {
        return Integer.parseInt(head.status().toString());
    }

    int awaitInterim() throws InterruptedException {
        return awaitInterim(TIMEOUT_MS);
    }

    /** Waits until an interim response has come. */
    int awaitInterim(final long withinMs) throws InterruptedException {
        return Integer.parseInt(next(withinMs).head.status().toString());
    }

    String field(final String name) {
        return head.get(name) == null ? null : head.get(name).toString();
    }

    Http2Headers head() {
        return head;
    }

    byte[] awaitBody() throws InterruptedException {
        return awaitBody(TIMEOUT_MS);
    }

    /** Reads the rest of the body up to its end. */
    byte[] awaitBody(final long withinMs) throws InterruptedException {
        return awaitBytes(Integer.MAX_VALUE, withinMs);
    }

    String awaitText() throws InterruptedException {
        return new String(awaitBody(), StandardCharsets.UTF_8);
    }

    /** Reads so many bytes of the body, fewer if it ends before. */
    byte[] awaitBytes(final int length, final long withinMs) throws InterruptedException {
        awaitStatus(withinMs);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < length && (left.length > 0 || !ended)) {
            if (left.length == 0) {
                left = nextBytes(withinMs);
            }
            final int step = Math.min(left.length, length - out.size());
            out.write(left, 0, step);
            left = Arrays.copyOfRange(left, step, left.length);
        }
        return out.toByteArray();
    }

    /** Reads the bytes of the next frame. */
    byte[] awaitFrame(final long withinMs) throws InterruptedException {
        awaitStatus(withinMs);
        return nextBytes(withinMs);
    }

    /** Reads the bytes of the next frame as text. */
    String awaitBytes() throws InterruptedException {
        return new String(awaitFrame(TIMEOUT_MS), StandardCharsets.UTF_8);
    }

    /** Waits for the stream's reset and returns its code. */
    long awaitReset() throws InterruptedException {
        final Event event = next(TIMEOUT_MS);
        assertThat(event.resetCode).as("a reset, not " + event).isNotNegative();
        return event.resetCode;
    }

    /** Waits until the peer has ended the stream, after the rest of the body and nothing more. */
    void awaitClosed(final long withinMs) throws InterruptedException {
        awaitBody(withinMs);
        assertThat(ended).as("end of the stream").isTrue();
    }

    void assertNothing(final long forMs) throws InterruptedException {
        assertThat(events.poll(forMs, TimeUnit.MILLISECONDS)).isNull();
    }

    private byte[] nextBytes(final long withinMs) throws InterruptedException {
        final Event event = next(withinMs);
        assertThat(event.bytes).as("bytes, not " + event).isNotNull();
        ended = event.end;
        return event.bytes;
    }

    private Event next(final long withinMs) throws InterruptedException {
        final Event event = events.poll(withinMs, TimeUnit.MILLISECONDS);
        assertThat(event).as("an event within " + withinMs + " ms").isNotNull();
        return event;
    }

    // The stream's side.

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        if (message instanceof Http2HeadersFrame frame) {
            events.add(new Event(frame.headers(), null, frame.isEndStream(), -1));
        } else if (message instanceof Http2DataFrame frame) {
            events.add(new Event(null, ByteBufUtil.getBytes(frame.content()), frame.isEndStream(), -1));
            frame.release();
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) {
        if (event instanceof Http2ResetFrame frame) {
            events.add(new Event(null, null, true, frame.errorCode()));
        }
    }
}
