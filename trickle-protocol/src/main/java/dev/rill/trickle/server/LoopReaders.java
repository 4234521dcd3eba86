package dev.rill.trickle.server;

import dev.rill.trickle.channel.Channel;
import dev.rill.trickle.channel.Waiter;
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
    private final ChunkLine chunkLine = new ChunkLine();

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
            chunkLine.release();
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

    /** Framing of chunks that several readers get. */
    ChunkLine chunkLine() {
        return chunkLine;
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
