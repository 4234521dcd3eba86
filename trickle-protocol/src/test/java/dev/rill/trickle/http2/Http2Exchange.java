package dev.rill.trickle.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One request and what comes back on its stream, in order. Sent and read by the test's thread. */
final class Http2Exchange extends ChannelInboundHandlerAdapter {
    private static final long TIMEOUT_MS = 5_000;

    /** An event of the stream: a head, bytes, the end, or a reset with its code. */
    private record Event(Http2Headers head, byte[] bytes, boolean end, long resetCode) {
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Integer> interims = new ArrayList<>();
    private volatile ChannelHandlerContext context;
    private Http2Headers head;
    private boolean ended;

    // The test's side.

    void send(final String text, final boolean end) {
        context.writeAndFlush(new DefaultHttp2DataFrame(
            Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), end)).syncUninterruptibly();
    }

    void reset() {
        context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).syncUninterruptibly();
    }

    void reading(final boolean on) {
        context.channel().config().setAutoRead(on);
    }

    /** Reads up to the final head and returns its status. */
    int awaitStatus() throws InterruptedException {
        while (head == null) {
            final Event event = next();
            assertThat(event.head).as("a head, not " + event).isNotNull();
            final int status = Integer.parseInt(event.head.status().toString());
            if (status < 200) {
                interims.add(status);
            } else {
                head = event.head;
                ended = event.end;
            }
        }
        return Integer.parseInt(head.status().toString());
    }

    List<Integer> interims() {
        return interims;
    }

    /** Waits until an interim response has come. */
    int awaitInterim() throws InterruptedException {
        return Integer.parseInt(next().head.status().toString());
    }

    String field(final String name) {
        return head.get(name) == null ? null : head.get(name).toString();
    }

    Http2Headers head() {
        return head;
    }

    /** Reads the rest of the body up to its end. */
    byte[] awaitBody() throws InterruptedException {
        awaitStatus();
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (!ended) {
            final Event event = next();
            assertThat(event.bytes).as("bytes, not " + event).isNotNull();
            out.writeBytes(event.bytes);
            ended = event.end;
        }
        return out.toByteArray();
    }

    String awaitText() throws InterruptedException {
        return new String(awaitBody(), StandardCharsets.UTF_8);
    }

    /** Reads the next bytes of the body. */
    String awaitBytes() throws InterruptedException {
        awaitStatus();
        final Event event = next();
        ended = event.end;
        return new String(event.bytes, StandardCharsets.UTF_8);
    }

    /** Waits for the stream's reset and returns its code. */
    long awaitReset() throws InterruptedException {
        final Event event = next();
        assertThat(event.resetCode).as("a reset, not " + event).isNotNegative();
        return event.resetCode;
    }

    void assertNothing(final long forMs) throws InterruptedException {
        assertThat(events.poll(forMs, TimeUnit.MILLISECONDS)).isNull();
    }

    private Event next() throws InterruptedException {
        final Event event = events.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        assertThat(event).as("an event within " + TIMEOUT_MS + " ms").isNotNull();
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
