package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rill.trickle.HttpTrickleContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever a peer answers, a request ends once, in order, and loses no buffer.
 * <p>
 * Each input is one byte that says where the rest is cut in two, and the bytes of the peer. The corpus is in
 * {@code ResponseFuzzTestInputs}; {@code JAZZER_FUZZ=1 mvn -pl trickle-protocol -am test
 * -Dtest=ResponseFuzzTest#shouldEndOneHttp1ExchangeWhateverThePeerAnswers} looks for more.
 */
@ExtendWith(LeakCheck.class)
class ResponseFuzzTest {
    private static Transport transport;

    @BeforeAll
    static void open() {
        transport = new Transport(new HttpTrickleContext().baseUri("http://127.0.0.1:1/").conclude());
    }

    @AfterAll
    static void close() {
        transport.close();
    }

    @FuzzTest
    @Tag("fuzz")
    void shouldEndOneHttp1ExchangeWhateverThePeerAnswers(final byte[] input) {
        final EmbeddedChannel channel = new EmbeddedChannel();
        final GrammarExchange exchange = new GrammarExchange(input.length % 2 == 0);
        final Connections client = new Connections(transport, channel.eventLoop());
        client.begin(transport.http1(channel, client), exchange);

        feed(channel, input);

        channel.finishAndReleaseAll();
        assertThat(exchange.isOver()).as("ended or lost").isTrue();
    }

    @FuzzTest
    @Tag("fuzz")
    void shouldEndOneHttp2ExchangeWhateverThePeerAnswers(final byte[] input) {
        final EmbeddedChannel channel = new EmbeddedChannel();
        final GrammarExchange exchange = new GrammarExchange(input.length % 2 == 0);
        final Connections client = new Connections(transport, channel.eventLoop());
        final H2Connection connection = new H2Connection(new SharedConnections(transport), channel, 1 << 16);
        connection.begin(exchange, client);

        feed(channel, input);

        channel.finishAndReleaseAll();
        channel.runPendingTasks();
        assertThat(exchange.isOver()).as("ended or lost").isTrue();
    }

    private static void feed(final EmbeddedChannel channel, final byte[] input) {
        if (input.length == 0) {
            return;
        }
        final int cut = 1 + (input[0] & 0xFF) % input.length;
        write(channel, Arrays.copyOfRange(input, 1, cut));
        write(channel, Arrays.copyOfRange(input, cut, input.length));
    }

    private static void write(final EmbeddedChannel channel, final byte[] bytes) {
        final ByteBuf received = Unpooled.directBuffer(bytes.length + 1).writeBytes(bytes);
        if (channel.isActive() && received.isReadable()) {
            channel.writeInbound(received);
            channel.runPendingTasks();
        } else {
            received.release();
        }
    }
}
