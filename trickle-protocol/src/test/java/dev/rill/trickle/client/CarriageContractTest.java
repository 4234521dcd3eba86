package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rill.testing.Await;
import dev.rill.trickle.BlockingPublisher;
import dev.rill.trickle.BlockingSubscriber;
import dev.rill.trickle.CallbackSubscriber;
import dev.rill.trickle.ChannelOptions;
import dev.rill.trickle.EndReason;
import dev.rill.trickle.SegmentInputStream;
import dev.rill.trickle.SegmentWriter;
import dev.rill.trickle.Trickle;
import dev.rill.trickle.TrickleException;
import dev.rill.trickle.TricklePublisher;
import dev.rill.trickle.TrickleServer;
import dev.rill.trickle.TrickleSubscriber;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every carriage does alike, in each of the three uses: polling, called back, and blocking. */
@ExtendWith(LeakCheck.class)
class CarriageContractTest {
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PROMPT_MS = 100;

    private final RecordingHandler handler = new RecordingHandler();
    private TrickleServer server;
    private Trickle trickle;

    @AfterEach
    void close() {
        trickle.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowBytesWhileTheirSegmentIsStillWritten(final Carriage carriage) {
        open(carriage);
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        final SegmentWriter segment = trickle.publish("ch").beginSegment();
        offer(segment, "first ");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 6);
        offer(segment, "second");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 12);
        segment.complete();
        handler.pollUntil(subscriber, () -> handler.segments().size() == 1);

        assertThat(handler.log()).containsExactly("begin 0", "end 0");
        assertThat(handler.contentType()).isEqualTo("text/plain");
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWhenTheChannelIsClosedAndSayWhy(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingSubscriber subscriber = subscribe("ch", Trickle.NEXT);
        final FutureTask<SegmentInputStream> next = later(() -> subscriber.next(WAIT_NS));
        server.channels().close("ch");

        assertThat(next.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(subscriber.endReason()).isEqualTo(EndReason.CHANNEL_CLOSED);
        assertThat(subscriber.next(WAIT_NS)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T-173")
    @Tag("T-183")
    void shouldSayThatAChannelIsNotThere(final Carriage carriage) throws Exception {
        open(carriage);
        final TricklePublisher publisher = trickle.publish("nobody");
        final BlockingSubscriber subscriber = subscribe("nobody", 0);

        assertThat(subscriber.next(WAIT_NS)).isNull();

        assertThat(subscriber.endReason()).isEqualTo(EndReason.CHANNEL_NOT_FOUND);
        Await.until(() -> "no failure", () -> publisher.failure() == EndReason.CHANNEL_NOT_FOUND);
        assertThat(publisher.beginSegment().offer(bytes("x"))).isEqualTo(SegmentWriter.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryRandomSegmentsByteExactWhenBlocking(final Carriage carriage) throws Exception {
        final long seed = System.nanoTime();
        open(carriage);
        // The writer does not wait for the reader, which asks for empty segments one every 50 ms.
        server.channels().create("long", "text/plain", ChannelOptions.DEFAULTS.retainedSegments(16));
        final BlockingSubscriber subscriber = subscribe("long", 0);
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("long"));
        final FutureTask<Void> writing = later(() -> {
            final Random random = new Random(seed);
            for (int n = 0; n < 4; n++) {
                publisher.write(segment(random));
                publisher.write(new ByteArrayInputStream(segment(random)));
                assertThat(publisher.awaitConfirmed(WAIT_NS)).isTrue();
            }
            return null;
        });

        final Random random = new Random(seed);
        for (int n = 0; n < 8; n++) {
            final SegmentInputStream segment = subscriber.next(WAIT_NS);
            assertThat(segment).as("segment %d, seed %d", n, seed).isNotNull();
            assertThat(segment.sequence()).isEqualTo(n);
            assertThat(segment.readAllBytes()).as("segment %d, seed %d", n, seed).isEqualTo(segment(random));
            assertThat(segment.isIntact()).isTrue();
            assertThat(segment.skippedBefore()).isZero();
        }
        writing.get(10, TimeUnit.SECONDS);
        assertThat(publisher.failure()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadByteByByteWhatWasWrittenAtOnce(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingSubscriber subscriber = subscribe("ch", 0);
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
        publisher.write("abc".getBytes(StandardCharsets.US_ASCII));
        publisher.write(new byte[0]);

        final SegmentInputStream segment = subscriber.next(WAIT_NS);
        assertThat(segment.read()).isEqualTo('a');
        assertThat(segment.read(new byte[0])).isZero();
        assertThat(segment.read()).isEqualTo('b');
        final SegmentInputStream empty = subscriber.next(WAIT_NS);

        assertThat(empty.sequence()).isEqualTo(1);
        assertThat(empty.read()).isEqualTo(-1);
        assertThatThrownBy(segment::read).isInstanceOf(IOException.class).hasMessageContaining("left for segment 1");
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeBackWithNothingWhenTheTimeIsOver(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingSubscriber subscriber = subscribe("ch", 0);

        assertThat(subscriber.next(TimeUnit.MILLISECONDS.toNanos(20))).isNull();

        assertThat(subscriber.endReason()).isNull();
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
        publisher.write("late".getBytes(StandardCharsets.US_ASCII));
        assertThat(subscriber.next(WAIT_NS).readAllBytes()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T-188")
    void shouldReturnAtOnceWhenClosedWhileAnotherThreadWaits(final Carriage carriage) throws Exception {
        open(carriage);
        long tookMs = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && tookMs > PROMPT_MS; attempt++) {
            final BlockingSubscriber subscriber = subscribe("ch", 0);
            final FutureTask<SegmentInputStream> next = later(() -> subscriber.next(WAIT_NS));
            Await.pause(20);
            final long startNs = System.nanoTime();
            subscriber.close();
            assertThat(next.get(10, TimeUnit.SECONDS)).isNull();
            tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            assertThat(subscriber.endReason()).isEqualTo(EndReason.CLOSED);
        }

        assertThat(tookMs).as("best of five, in ms").isLessThanOrEqualTo(PROMPT_MS);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailTheStreamWhenClosedInMidSegment(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingSubscriber subscriber = subscribe("ch", 0);
        offer(trickle.publish("ch").beginSegment(), "begun");
        final SegmentInputStream segment = subscriber.next(WAIT_NS);
        assertThat(segment.readNBytes(5)).hasSize(5);
        final FutureTask<Integer> reading = later(segment::read);
        Await.pause(20);
        subscriber.close();

        assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class)
            .hasMessageContaining("torn");
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndTheSegmentTornAndThenTheSubscriptionWhenClosedInBetween(final Carriage carriage) {
        open(carriage);
        final TrickleSubscriber subscriber = trickle.subscribe("ch", 0);
        offer(trickle.publish("ch").beginSegment(), "begun");
        handler.pollUntil(subscriber, () -> handler.openBytes() == 5);

        subscriber.close();
        handler.pollUntil(subscriber, subscriber::isEnded);

        assertThat(handler.log()).containsExactly("begin 0", "torn 0", "over CLOSED");
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeInterruptibleWhileWaiting(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingSubscriber subscriber = subscribe("ch", 0);
        assertInterrupted(() -> subscriber.next(WAIT_NS), InterruptedException.class);
        offer(trickle.publish("ch").beginSegment(), "begun");
        final SegmentInputStream segment = subscriber.next(WAIT_NS);
        assertThat(segment.readNBytes(5)).hasSize(5);
        assertInterrupted(segment::read, InterruptedIOException.class);
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailAWriteWhenTheChannelIsGone(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
        publisher.write("x".getBytes(StandardCharsets.US_ASCII));
        publisher.awaitConfirmed(WAIT_NS);
        server.channels().close("ch");

        Await.until(() -> "no failure", () -> publisher.failure() == EndReason.CHANNEL_CLOSED);

        assertThatThrownBy(() -> publisher.write(new byte[1])).isInstanceOf(TrickleException.class)
            .hasMessageContaining("CHANNEL_CLOSED");
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSegmentUpWhenItsSourceFails(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingSubscriber subscriber = subscribe("ch", 0);
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
        assertThatThrownBy(() -> publisher.write(new FailingSource())).hasMessage("source failed");
        publisher.write("fine".getBytes(StandardCharsets.US_ASCII));

        SegmentInputStream segment = subscriber.next(WAIT_NS);
        while (segment.sequence() == 0) {
            segment = subscriber.next(WAIT_NS);
        }

        assertThat(segment.readAllBytes()).isEqualTo("fine".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCallTheHandlerOnTheGivenExecutorOneThreadAtATime(final Carriage carriage) throws Exception {
        open(carriage);
        final ExecutorService executor = Executors.newFixedThreadPool(3);
        try (CallbackSubscriber subscriber = trickle.subscribe("ch", 0, handler, executor)) {
            final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
            final Random random = new Random(7);
            for (int n = 0; n < 4; n++) {
                publisher.write(segment(random));
                publisher.awaitConfirmed(WAIT_NS);
            }
            publisher.close();
            Await.until(() -> "not ended", subscriber::isEnded);
            assertThat(subscriber.failure()).isNull();
        } finally {
            executor.shutdown();
            assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(handler.end()).isEqualTo(EndReason.CHANNEL_CLOSED);
        final Random random = new Random(7);
        for (long n = 0; n < 4; n++) {
            final byte[] expected = segment(random);
            if (handler.segments().containsKey(n)) {
                assertThat(handler.segments().get(n)).as("segment %d", n).isEqualTo(expected);
            }
        }
        assertThat(handler.segments()).containsKey(3L);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCallTheHandlerOnAThreadOfTheCarriage(final Carriage carriage) throws Exception {
        open(carriage);
        final AtomicReference<Thread> caller = new AtomicReference<>();
        try (CallbackSubscriber subscriber = trickle.subscribe("ch", 0, new ThreadNoting(handler, caller))) {
            final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
            publisher.write("x".getBytes(StandardCharsets.US_ASCII));
            publisher.close();
            Await.until(() -> "not ended", subscriber::isEnded);
        }

        assertThat(caller.get().getName()).startsWith(carriage == Carriage.IN_PROCESS
            ? Thread.currentThread().getName() : "trickle-client");
        assertThat(handler.log()).containsExactly("begin 0", "end 0", "over CHANNEL_CLOSED");
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWhenTheHandlerThrows(final Carriage carriage) throws Exception {
        open(carriage);
        final RecordingHandler failing = new RecordingHandler() {
            @Override
            public void onData(final long sequence, final ByteBuffer data) {
                throw new IllegalStateException("refused by the handler");
            }
        };
        final CallbackSubscriber subscriber = trickle.subscribe("ch", 0, failing, Runnable::run);
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
        publisher.write("x".getBytes(StandardCharsets.US_ASCII));

        Await.until(() -> "no failure", () -> subscriber.failure() != null);

        assertThat(subscriber.failure()).hasMessage("refused by the handler");
        subscriber.close();
        assertThat(failing.log()).containsExactly("begin 0");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellTheGapWhenTheReaderComesTooLate(final Carriage carriage) throws Exception {
        open(carriage);
        final BlockingPublisher publisher = new BlockingPublisher(trickle.publish("ch"));
        for (int n = 0; n < 8; n++) {
            publisher.write(new byte[10]);
            assertThat(publisher.awaitConfirmed(WAIT_NS)).isTrue();
        }
        final BlockingSubscriber subscriber = subscribe("ch", 0);
        final FutureTask<SegmentInputStream> next = later(() -> subscriber.next(WAIT_NS));
        final BlockingSubscriber current = subscribe("ch", Trickle.CURRENT);
        assertThat(current.next(WAIT_NS).sequence()).isEqualTo(7);
        Await.pause(50);
        publisher.write(new byte[1]);

        final SegmentInputStream segment = next.get(10, TimeUnit.SECONDS);
        assertThat(segment.sequence()).isEqualTo(8);
        assertThat(segment.skippedBefore()).isEqualTo(8);
    }

    private void open(final Carriage carriage) {
        server = carriage.launch();
        server.channels().create("ch", "text/plain");
        trickle = carriage.connect(server);
    }

    private BlockingSubscriber subscribe(final String channel, final long start) {
        return new BlockingSubscriber(trickle.subscribe(channel, start));
    }

    private static void assertInterrupted(final Callable<?> waiting, final Class<? extends Exception> expected)
        throws Exception {
        final FutureTask<Object> task = new FutureTask<>(waiting::call);
        final Thread thread = new Thread(task);
        thread.start();
        Await.pause(20);
        thread.interrupt();
        assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(expected);
    }

    private static <T> FutureTask<T> later(final Callable<T> work) {
        final FutureTask<T> task = new FutureTask<>(work);
        final Thread thread = new Thread(task, "beside");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static byte[] segment(final Random random) {
        final byte[] result = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(600_000)];
        random.nextBytes(result);
        return result;
    }

    private static void offer(final SegmentWriter segment, final String text) {
        assertThat(segment.offer(bytes(text))).isEqualTo(text.length());
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Yields a few bytes, then fails. */
    private static final class FailingSource extends InputStream {
        private int left = 3;

        @Override
        public int read() throws IOException {
            if (left-- == 0) {
                throw new IOException("source failed");
            }
            return 'x';
        }

        @Override
        public int read(final byte[] target, final int offset, final int length) throws IOException {
            target[offset] = (byte) read();
            return 1;
        }
    }
}
