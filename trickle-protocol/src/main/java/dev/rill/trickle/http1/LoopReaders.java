package dev.rill.trickle.http1;

import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.Waiter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * The requests of one event loop that wait on one channel. A change of the channel costs one wake-up for all of them.
 * Event loop only, except that any thread may signal the waiter.
 */
final class LoopReaders implements Runnable {
    private final Channel channel;
    private final EventLoop loop;
    private final LoopState state;
    private final Waiter waiter;
    private final List<Exchange> exchanges = new ArrayList<>();
    private int framedSize = -1;
    private ByteBuf framedLine;

    LoopReaders(final Channel channel, final EventLoop loop, final LoopState state) {
        this.channel = channel;
        this.loop = loop;
        this.state = state;
        this.waiter = new Waiter(channel.engine().counters(), this::schedule);
        channel.register(waiter);
    }

    Channel channel() {
        return channel;
    }

    void add(final Exchange exchange) {
        exchange.place = exchanges.size();
        exchanges.add(exchange);
    }

    void remove(final Exchange exchange) {
        final Exchange last = exchanges.remove(exchanges.size() - 1);
        if (last != exchange) {
            exchanges.set(exchange.place, last);
            last.place = exchange.place;
        }
        exchange.place = -1;
        if (exchanges.isEmpty()) {
            channel.unregister(waiter);
            state.forget(this);
            if (framedLine != null) {
                framedLine.release();
                framedLine = null;
                framedSize = -1;
            }
        }
    }

    @Override
    public void run() {
        waiter.begin();
        // Backwards: a poll may remove its exchange, which the last one replaces, or add one that has looked already.
        for (int i = exchanges.size() - 1; i >= 0; i--) {
            if (i < exchanges.size()) {
                poll(exchanges.get(i));
            }
        }
    }

    /** What fails for one reader ends its connection and nobody else's. */
    private static void poll(final Exchange exchange) {
        try {
            exchange.poll();
        } catch (final RuntimeException | OutOfMemoryError e) {
            exchange.fail(e);
        }
    }

    /** Line before a chunk of this size, encoded once for all readers that get a chunk of this size in a row. */
    ByteBuf chunkSize(final int size, final ByteBufAllocator allocator) {
        if (framedSize != size) {
            if (framedLine != null) {
                framedLine.release();
            }
            framedLine = allocator.directBuffer(16);
            Heads.putChunkSize(framedLine, size);
            framedSize = size;
        }
        return framedLine.retainedDuplicate();
    }

    private void schedule() {
        try {
            loop.execute(this);
        } catch (final RejectedExecutionException e) {
            // The loop is closed, and with it everybody who could be woken.
            waiter.begin();
        }
    }
}
