package dev.rill.gpu;

import java.util.Set;

/**
 * One entry of the device list.
 *
 * @param name         what {@link BridgeContext#device(String)} takes: {@code cpu}, {@code java}, {@code cuda} and for
 *                     further GPUs {@code cuda:1} ..., {@code simulator} where a test brings one.
 * @param kind         {@code cpu} (also for {@code java}), {@code cuda}, or {@code simulator}.
 * @param description  one line for people.
 * @param usable       whether a bridge can be launched on it.
 * @param refusal      why it is not usable; empty when it is.
 * @param capabilities what it can do, such as {@code i420}, {@code nv12}, {@code native}, {@value #WHOLE_SLOTS}.
 */
public record DeviceInfo(
    String name,
    String kind,
    String description,
    boolean usable,
    String refusal,
    Set<String> capabilities) {

    /**
     * Capability of devices that copy a picture in one piece: padding between the first and the last used byte of a
     * result becomes 0, where others leave it alone.
     */
    public static final String WHOLE_SLOTS = "whole-slots";

    /** Copies the capabilities, so that a device entry never changes. */
    public DeviceInfo {
        capabilities = Set.copyOf(capabilities);
    }
}
