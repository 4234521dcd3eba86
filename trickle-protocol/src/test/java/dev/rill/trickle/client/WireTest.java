package dev.rill.trickle.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class WireTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 15, 16, 17, 255, 256, 257, 4095, 4096, 65535, 65536, 1 << 20})
    void shouldFrameChunkWithShortestLength(final int length) {
        final byte[] payload = new byte[length];
        payload[length - 1] = 'z';
        final ByteBuffer source = ByteBuffer.wrap(payload);
        final ByteBuf chunk = Wire.chunk(ByteBufAllocator.DEFAULT, source);

        final String head = Integer.toHexString(length).toUpperCase(Locale.ROOT) + "\r\n";
        assertThat(source.hasRemaining()).isFalse();
        assertThat(chunk.readableBytes()).isEqualTo(Wire.framedLength(length)).isEqualTo(head.length() + length + 2);
        assertThat(chunk.toString(0, head.length(), StandardCharsets.US_ASCII)).isEqualTo(head);
        assertThat(chunk.toString(head.length() + length - 1, 3, StandardCharsets.US_ASCII)).isEqualTo("z\r\n");
        final ByteBuf within = Wire.payload(chunk);
        assertThat(within).isEqualTo(Unpooled.wrappedBuffer(payload));
        within.release();
        assertThat(chunk.refCnt()).isZero();
    }

    @Test
    void shouldEncodeHeadAsWritten() {
        final Origin origin = new Origin(URI.create("http://127.0.0.1:1/a/"), "secret");
        final ByteBuf head = Wire.head(ByteBufAllocator.DEFAULT,
            origin.request("POST", "/a/ch/7").with("Content-Type", "video/MP2T").streamed());

        assertThat(head.toString(StandardCharsets.US_ASCII)).isEqualTo("POST /a/ch/7 HTTP/1.1\r\n"
            + "Host: 127.0.0.1:1\r\nUser-Agent: rill\r\nAuthorization: Bearer secret\r\n"
            + "Content-Type: video/MP2T\r\nTransfer-Encoding: chunked\r\n\r\n");
        head.release();
    }

    @Test
    void shouldKeepLastChunkWhenReleased() {
        Wire.lastChunk().release();

        assertThat(Wire.lastChunk().toString(StandardCharsets.US_ASCII)).isEqualTo("0\r\n\r\n");
    }

    @Test
    void shouldReadNumbersAndTolerateNonsense() {
        final DefaultHttpHeaders headers = new DefaultHttpHeaders();
        headers.set("lp-trickle-seq", "42");
        headers.set("Lp-Trickle-Latest", "many");

        assertThat(Wire.number(headers, Wire.SEQ)).isEqualTo(42);
        assertThat(Wire.number(headers, Wire.LATEST)).isEqualTo(Wire.ABSENT);
        assertThat(Wire.number(headers, Wire.OLDEST)).isEqualTo(Wire.ABSENT);
    }
}
