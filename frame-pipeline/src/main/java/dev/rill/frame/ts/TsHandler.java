package dev.rill.frame.ts;

import dev.rill.frame.Packet;
import dev.rill.frame.PacketHandler;

/** Receives what {@link TsReader} finds, in stream order, on the thread that feeds it. */
public interface TsHandler extends PacketHandler {
    /**
     * The program is known: called before its first packet, and again whenever its streams change.
     *
     * @param program immutable.
     */
    void onProgram(TsProgram program);

    /**
     * A unit was dropped.
     *
     * @param kind   of the stream it belonged to.
     * @param reason why; already counted.
     */
    default void onLoss(final Packet.Kind kind, final TsLoss reason) {
    }
}
