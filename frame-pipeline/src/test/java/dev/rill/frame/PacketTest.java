package dev.rill.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PacketTest {
    private final PacketPool pool = new PacketPool();

    @Test
    void shouldGrowAndKeepContentAndPadding() {
        final Packet packet = pool.acquire();
        final byte[] piece = new byte[1000];
        for (int i = 0; i < 50; i++) {
            Arrays.fill(piece, (byte) (i + 1));
            packet.append(ByteBuffer.wrap(piece));
        }

        assertThat(packet.length()).isEqualTo(50_000);
        assertThat(packet.data().position()).isZero();
        for (int i = 0; i < 50_000; i++) {
            assertThat(packet.data().get(i)).isEqualTo((byte) (i / 1000 + 1));
        }
        final ByteBuffer padded = packet.data().duplicate().limit(50_000 + Packet.PADDING);
        for (int i = 0; i < Packet.PADDING; i++) {
            assertThat(padded.get(50_000 + i)).isZero();
        }
        packet.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void shouldRecycleEmpty() {
        final Packet packet = pool.acquire();
        packet.append(ByteBuffer.wrap(new byte[9]));
        packet.release();

        final Packet again = pool.acquire();

        assertThat(again).isSameAs(packet);
        assertThat(again.length()).isZero();
        again.release();
    }

    @Test
    void shouldRefuseSecondRelease() {
        final Packet packet = pool.acquire();
        packet.release();

        assertThatThrownBy(packet::release).isInstanceOf(IllegalStateException.class).hasMessageContaining("twice");
    }
}
