package dev.rill.frame;

/** Takes packets. */
@FunctionalInterface
public interface PacketHandler {
    /**
     * @param packet the callee owns it from now on, on every path.
     */
    void onPacket(Packet packet);
}
